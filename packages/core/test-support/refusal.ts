import { expect } from 'vitest'
import type { RejectionCode } from '../src/rejection-codes.js'

/** Matches a Rejection with this code, whatever its message says. */
export function rejection(code: RejectionCode): Error {
  return expect.objectContaining({ name: 'Rejection', code })
}

/** What was thrown; a test that expects an error fails without one. */
export function thrownBy(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

/** Why a promise was rejected; a test that expects an error fails without one. What is no promise was not rejected. */
export function reasonOf(promise: unknown): Promise<unknown> {
  return Promise.resolve(promise).then(
    () => Promise.reject(new Error('nothing was thrown')),
    (error: unknown) => error,
  )
}

/** What a TypeError says; a test that expects one fails without. */
export function typeErrorOf(run: () => unknown): string {
  const error = thrownBy(run)
  expect(error).toBeInstanceOf(TypeError)
  return (error as TypeError).message
}
