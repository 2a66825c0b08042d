import { type BadProof, proofFor, refusedAs, testProof } from './test-proof.js'

const nearMisses: Record<string, (method: string) => string> = {
  'in lower case': (method) => method.toLowerCase(),
  'with one capital letter': (method) => method.charAt(0) + method.slice(1).toLowerCase(),
  'of another method': (method) => (method === 'GET' ? 'POST' : 'GET'),
  HEAD: (method) => (method === 'HEAD' ? 'GET' : 'HEAD'),
  OPTIONS: (method) => (method === 'OPTIONS' ? 'GET' : 'OPTIONS'),
  'with a space after it': (method) => `${method} `,
  'with a space before it': (method) => ` ${method}`,
  'with a line break after it': (method) => `${method}\n`,
  'with a NUL after it': (method) => `${method}\0`,
  'with a zero-width space after it': (method) => `${method}\u200B`,
  'in full-width letters': fullWidth,
  'without its last letter': (method) => method.slice(0, -1),
  'with more after it': (method) => `${method}S`,
  'with the target after it': (method) => `${method} /v1/x`,
  'among others': (method) => `${method},POST,PUT`,
  'for every method': () => '*',
  'a space': () => ' ',
  'the text null': () => 'null',
}

/** Proofs for another method, however near: methods are compared exactly (RFC 9449 §4.3, check 8, RFC 9110 §9.1). */
export const methodProofs: readonly BadProof[] = refusedAs(
  'proof_method_mismatch',
  Object.entries(nearMisses).map(([name, htm]) =>
    testProof('DPOP-12', `htm ${name}`, (context) =>
      proofFor(context, { claims: { htm: htm(context.method) } }),
    ),
  ),
)

/** The same text in the forms that compatibility normalisation (NFKC) takes for ASCII. */
export function fullWidth(text: string): string {
  return text.replaceAll(/[!-~]/g, (character) => String.fromCodePoint(character.charCodeAt(0) + 0xfee0))
}
