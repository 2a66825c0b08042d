import { inspect } from 'node:util'

/** How a replay store uses Redis. */
export interface RedisReplayStoreOptions {
  /** What the name of every key starts with; a hash of the proof follows. Up to 100 characters. Default `portcullis:proof:`. */
  readonly prefix?: string
  /** How long to wait for an answer, in seconds, from 0.01 to 30; then the request is a 503. Default 1. */
  readonly timeoutSeconds?: number
  /**
   * How many commands may be without an answer, from 1 to 100000; further ones are refused at once. A client keeps them until
   * its connection is back or given up, however long ago the requests were answered with a 503. Default 1000.
   */
  readonly maxPending?: number
}

interface Rule<Value> {
  readonly byDefault: Value
  readonly expected: string
  readonly allows: (given: unknown) => given is Value
}

const prefixRule: Rule<string> = {
  byDefault: 'portcullis:proof:',
  expected: 'a string of 1 to 100 characters',
  allows: (given): given is string => typeof given === 'string' && given.length >= 1 && given.length <= 100,
}

const timeoutRule: Rule<number> = {
  byDefault: 1,
  expected: 'a number of seconds, from 0.01 to 30',
  allows: (given): given is number => typeof given === 'number' && given >= 0.01 && given <= 30,
}

const pendingRule: Rule<number> = {
  byDefault: 1000,
  expected: 'a whole number, from 1 to 100000',
  allows: (given): given is number =>
    Number.isInteger(given) && Number(given) >= 1 && Number(given) <= 100_000,
}

const names = ['prefix', 'timeoutSeconds', 'maxPending'] satisfies (keyof RedisReplayStoreOptions)[]

/** @throws TypeError naming the option, what is expected and what was given */
export function readOptions(options: RedisReplayStoreOptions): Required<RedisReplayStoreOptions> {
  checkNames(options)
  return {
    prefix: read(options, 'prefix', prefixRule),
    timeoutSeconds: read(options, 'timeoutSeconds', timeoutRule),
    maxPending: read(options, 'maxPending', pendingRule),
  }
}

function checkNames(options: unknown): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw misconfigured('redisReplayStore', 'an object with options', options)
  }
  const unknown = Object.keys(options).find((name) => !names.some((known) => known === name))
  if (unknown === undefined) return
  throw new TypeError(`redisReplayStore: unknown option "${unknown}", expected one of ${names.join(', ')}`)
}

/** An option that is there, but undefined, is refused: an unset environment variable would otherwise turn into the default. */
function read<Value>(
  options: RedisReplayStoreOptions,
  name: keyof RedisReplayStoreOptions,
  rule: Rule<Value>,
): Value {
  if (!(name in options)) return rule.byDefault
  const given: unknown = options[name]
  if (rule.allows(given)) return given
  const orNothing = given === undefined ? ' (or leave the option out)' : ''
  throw misconfigured(`redisReplayStore.${name}`, `${rule.expected}${orNothing}`, given)
}

function misconfigured(option: string, expected: string, given: unknown): TypeError {
  const printed = inspect(given, { depth: 0, maxStringLength: 100, maxArrayLength: 5, breakLength: Infinity })
  return new TypeError(`${option}: expected ${expected}, got ${printed}`)
}
