import { type TestToken, testToken } from './test-token.js'

export const criticalHeaders: Readonly<Record<string, Record<string, unknown>>> = {
  'names an unknown extension': { crit: ['https://extension.example'], 'https://extension.example': true },
  'names a claim that is in the header too': { crit: ['exp'], exp: 4_102_444_800 },
  'names what the header lacks': { crit: ['exp'] },
  'names alg': { crit: ['alg'] },
  'names typ': { crit: ['typ'] },
  'names the same thing twice': { crit: ['b64', 'b64'], b64: true },
  'names the empty string': { crit: [''], '': true },
  'is empty': { crit: [] },
  'is a string': { crit: 'exp', exp: 4_102_444_800 },
  'is an object': { crit: { exp: true }, exp: 4_102_444_800 },
  'is null': { crit: null },
  'is true': { crit: true },
  'holds a number': { crit: [1], 1: true },
}

/** Tokens with a good signature whose header asks for what no API grants (RFC 7515 §4.1.11, RFC 7797 §7). */
export const criticalHeaderTokens: readonly TestToken[] = [
  ...Object.entries(criticalHeaders).map(([name, header]) =>
    testToken('JOSE-08', `crit ${name}`, (server) => server.mint({ header })),
  ),
  testToken('JOSE-09', 'b64 false, and critical', (server) =>
    server.mint({ header: { b64: false, crit: ['b64'] } }),
  ),
  testToken('JOSE-09', 'b64 false, not critical', (server) => server.mint({ header: { b64: false } })),
]
