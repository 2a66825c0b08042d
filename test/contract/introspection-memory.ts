import { refusal } from './answers.js'
import { type ApiOptions, resource } from './api.js'
import { passes } from './contract.js'
import { asked, asking, askingMain, once, opaque, tokenIn } from './introspection-api.js'
import type { Kit } from './kit.js'
import { bearer } from './requests.js'
import type { Story } from './stories.js'

const inactive = refusal('token_inactive')
const instance: ApiOptions = { clockToleranceSeconds: 0 }

/** One token, and what somebody makes of it who hopes for the answer that is remembered. */
const variants: Readonly<Record<string, (token: string) => string>> = {
  'in another case': (token) => token.toUpperCase(),
  'with one character more': (token) => `${token}A`,
  'with one character less': (token) => token.slice(0, -1),
  'with an equals sign at its end': (token) => `${token}=`,
  'with a dot at its end': (token) => `${token}.`,
}

function varied(name: string, vary: (token: string) => string): Story {
  const token = once(opaque({ prefix: 'prefix' }))
  return {
    name: `takes a token for another one when it comes ${name} (INTRO-08)`,
    issuers: askingMain(),
    steps: [
      { request: token, answer: passes(), also: asked(1) },
      { request: async (kit) => bearer(vary(tokenIn(await token(kit)))), answer: inactive, also: asked(2) },
      { request: token, answer: passes(), also: asked(2) },
    ],
  }
}

/** The first instance of the api has the first of these issuers, the next one the next. */
function inTurn(...differences: readonly Parameters<typeof asking>[1][]): NonNullable<Story['issuers']> {
  const instances = new WeakMap<Kit, number>()
  return (kit) => {
    const nth = instances.get(kit) ?? 0
    instances.set(kit, nth + 1)
    return [asking(kit.main, differences[nth])]
  }
}

const token = once(opaque())
const client = { id: 'second-api', secret: 'second-secret' }

/** For whom an answer is remembered: RFC 7662 §2.2. */
export const memoryStories: readonly Story[] = [
  ...Object.entries(variants).map(([name, vary]) => varied(name, vary)),
  {
    name: 'lets each instance of an api ask for itself (INTRO-08)',
    issuers: askingMain(),
    steps: [
      { request: token, answer: passes(), also: asked(1) },
      { request: token, answer: passes(), also: asked(1) },
      { instance, request: token, answer: passes(), also: asked(2) },
    ],
  },
  {
    name: 'never relies on what another client of the server was told (INTRO-08)',
    servers: { main: { audience: resource, introspection: { clients: [client] } } },
    issuers: inTurn({}, { client }),
    before: ({ main }) =>
      main.answerIntrospection((answer, { clientId }) => (clientId === 'api' ? answer : { active: false })),
    steps: [
      { request: token, answer: passes(), also: asked(1) },
      { instance, request: token, answer: inactive, also: asked(2) },
    ],
  },
  {
    name: 'never relies on what was good for an api with another audience (INTRO-08)',
    issuers: inTurn({}, { audience: 'accounts' }),
    steps: [
      { request: token, answer: passes(), also: asked(1) },
      { instance, request: token, answer: refusal('token_audience_mismatch'), also: asked(2) },
    ],
  },
]
