import { audienceOf, type TestToken, testToken } from './test-token.js'

const nearMisses: Record<string, (audience: string) => unknown> = {
  'with a slash after it': (audience) => `${audience}/`,
  'in upper case': (audience) => audience.toUpperCase(),
  'without its last character': (audience) => audience.slice(0, -1),
  'with more after it': (audience) => `${audience}.evil.example`,
  'with a path after it': (audience) => `${audience}/v1`,
  'with a space before it': (audience) => ` ${audience}`,
  'with a zero-width space after it': (audience) => `${audience}\u200B`,
  'in a list with commas': (audience) => `${audience},https://other.example`,
  'in a list with spaces': (audience) => `https://other.example ${audience}`,
  'of another API': () => 'https://other.example',
  'for everyone': () => '*',
  empty: () => '',
  'an empty array': () => [],
  'an array of others': () => ['https://other.example', 'https://another.example'],
  'an array in an array': (audience) => [[audience]],
  'an array with a number in it': (audience) => [audience, 1],
  'an array with null in it': (audience) => [null, audience],
  'an empty object': () => ({}),
  'an object': (audience) => ({ 0: audience, length: 1 }),
  'an object with it as a name': (audience) => ({ [audience]: true }),
  'a number': () => 1,
  true: () => true,
  null: () => null,
}

/** Tokens for somebody else, however near: each string of `aud` is compared exactly (RFC 7519 §4.1.3). */
export const audienceTokens: readonly TestToken[] = Object.entries(nearMisses).map(([name, aud]) =>
  testToken('JOSE-26', `aud ${name}`, (server) => server.mint({ claims: { aud: aud(audienceOf(server)) } })),
)
