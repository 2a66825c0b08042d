export { badProofs } from './dpop/bad-proofs.js'
export type { ProofAlgorithm } from './dpop/client-key.js'
export {
  type DpopClient,
  type DpopClientOptions,
  type DpopFetchOptions,
  dpopClient,
} from './dpop/dpop-client.js'
export { goodProofs } from './dpop/good-proofs.js'
export type { DpopHeaders, ProofDraft, ProofOptions } from './dpop/proof-options.js'
export type { BadProof, ProofContext, ProofFault, TestProof } from './dpop/test-proof.js'
export type {
  AnswerHook,
  IntrospectionClient,
  IntrospectionControls,
  IntrospectionOptions,
  IntrospectionQuestion,
  MintOpaqueOptions,
  SignedAnswerChanges,
} from './introspection/introspection-options.js'
export type {
  KeyHolder,
  MintOptions,
  TokenAlgorithm,
  TokenDraft,
} from './server/access-token.js'
export type { Endpoint, MetadataForm } from './server/documents.js'
export type { EndpointFault } from './server/faults.js'
export type { HttpAnswer } from './server/http-answer.js'
export type {
  KeyAlgorithm,
  SigningKey,
  SigningKeys,
} from './server/signing-keys.js'
export { startAuthorizationServer } from './server/start-authorization-server.js'
export type {
  AuthorizationServerOptions,
  ReceivedRequest,
  TestAuthorizationServer,
} from './server/test-authorization-server.js'
export {
  type PrivateKey,
  type RawPart,
  type RawToken,
  type SignatureAlgorithm,
  signRaw,
} from './sign-raw.js'
export { type TestClock, testClock } from './test-clock.js'
export { badTokens } from './tokens/bad-tokens.js'
export { goodTokens } from './tokens/good-tokens.js'
export type { MakeOptions, TestToken } from './tokens/test-token.js'
