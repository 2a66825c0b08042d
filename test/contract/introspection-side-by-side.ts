import { jwtIssuer } from '@portcullis/core'
import { dpopClient, signRaw } from '@portcullis/testing'
import { expect } from 'vitest'
import { refusal } from './answers.js'
import { passes } from './contract.js'
import { asked, asking, askingMain, once, opaque, tokenIn } from './introspection-api.js'
import { bearer, minted } from './requests.js'
import type { Story } from './stories.js'

const inactive = refusal('token_inactive')

/** The same server signs JWTs and answers questions about opaque tokens. */
const sideBySide: NonNullable<Story['issuers']> = ({ main }) => [
  asking(main),
  jwtIssuer({ issuer: main.issuer }),
]
const signed = once(minted())
/** For which names a resolver was called. */
const resolved: string[] = []

/** JWTs and opaque tokens beside each other. */
export const sideBySideStories: readonly Story[] = [
  {
    name: 'lets in both, and asks about the opaque one alone (INTRO-10)',
    issuers: sideBySide,
    steps: [
      { request: minted(), answer: ({ main }) => passes({ issuer: main.issuer }), also: asked(0) },
      { request: opaque(), answer: ({ main }) => passes({ issuer: main.issuer }), also: asked(1) },
    ],
  },
  {
    name: 'never asks about a JWT that it can judge itself, good or bad (INTRO-10)',
    issuers: sideBySide,
    steps: [
      [minted({ expiresInSeconds: 0 }), refusal('token_expired')] as const,
      [minted({ key: dpopClient().privateKey }), refusal('token_signature_invalid')] as const,
      [minted({ header: { typ: 'JWT' } }), refusal('token_type_unexpected')] as const,
      [minted({ audience: 'https://other.example' }), refusal('token_audience_mismatch')] as const,
    ].map(([request, answer]) => ({ request, answer, also: asked(0) })),
  },
  {
    name: 'asks about a JWT that names it where no jwtIssuer does, and believes the answer alone (INTRO-10)',
    issuers: askingMain(),
    steps: [
      { request: signed, answer: passes(), also: asked(1) },
      {
        request: ({ main }) => {
          const draft = main.draft()
          return bearer(signRaw({ ...draft, payload: { ...draft.payload, scope: 'accounts:write' } }))
        },
        answer: inactive,
        also: asked(2),
      },
      {
        before: async (kit) => {
          kit.main.revoke(tokenIn(await signed(kit)))
          kit.clock.advance(60)
        },
        request: signed,
        answer: inactive,
        also: asked(3),
      },
    ],
  },
  {
    name: 'refuses what its server says of the token of another issuer (INTRO-06, INTRO-10)',
    issuers: sideBySide,
    before: ({ main, other }) => main.answerIntrospection((answer) => ({ ...answer, iss: other.issuer })),
    steps: [{ request: opaque(), answer: refusal('token_issuer_untrusted'), also: asked(1) }],
  },
  {
    name: 'asks who was configured about an opaque token, and no resolver (INTRO-10, META-08)',
    issuers: ({ main, other }) => [
      asking(main),
      (iss) => {
        resolved.push(iss)
        return iss === other.issuer ? asking(other, { audience: 'accounts' }) : undefined
      },
    ],
    before: () => {
      resolved.length = 0
    },
    steps: [
      { request: opaque(), answer: passes(), also: () => expect(resolved).toEqual([]) },
      {
        request: async ({ other }) => bearer(await other.mint()),
        answer: ({ other }) => passes({ issuer: other.issuer }),
        also: ({ main, other }) => {
          expect(resolved).toEqual([other.issuer])
          expect([main, other].map((one) => one.count('introspection'))).toEqual([1, 1])
        },
      },
      { request: opaque(), answer: passes(), also: () => expect(resolved).toHaveLength(1) },
    ],
  },
  {
    name: 'has nobody to ask about an opaque token where issuers are resolved by name alone (INTRO-10, META-08)',
    issuers: ({ main }) => [() => asking(main)],
    steps: [{ request: opaque(), answer: refusal('token_malformed'), also: asked(0) }],
  },
]
