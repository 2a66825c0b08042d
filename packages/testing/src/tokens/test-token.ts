import type { TestAuthorizationServer } from '../server/test-authorization-server.js'

/** What a token of a corpus is made with, beside the server. */
export interface MakeOptions {
  /** Where `jku`, `x5u` and `iss` of an attacker point: nobody may ask there. Default: a port without a listener. */
  canaryUrl?: string
}

/** One token of a corpus. */
export interface TestToken {
  /** What is special about it, unique in its corpus: the title of a test. */
  readonly name: string
  /** The rule that it puts to the test: an id of the project's checklist of the specifications, such as `JOSE-06`. */
  readonly rule: string
  /** Makes the token as this server would, with its keys and by its clock. The server needs an `audience`. */
  readonly make: (server: TestAuthorizationServer, options?: MakeOptions) => Promise<string>
}

/** One row of a corpus. */
export function testToken(
  rule: string,
  name: string,
  make: (server: TestAuthorizationServer, canaryUrl: string) => string | Promise<string>,
): TestToken {
  return {
    name,
    rule,
    make: async (server, { canaryUrl = 'http://127.0.0.1:9/canary' } = {}) => make(server, canaryUrl),
  }
}

/** The audience for which the server mints by default: what a near miss starts from. */
export function audienceOf(server: TestAuthorizationServer): string {
  return String(server.draft().payload['aud'])
}
