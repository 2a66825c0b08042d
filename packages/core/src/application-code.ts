/** How long code of the application's own may take, in milliseconds. */
const patience = 5000

/** It gave no answer in time. */
class NoAnswer extends Error {
  override readonly name = 'NoAnswer'
}

/**
 * What code of the application's own answers, which has 5 seconds for it: requests that wait without an end would pile up. An answer that
 * is there at once needs no timer.
 *
 * @throws what it throws, or an error when it takes too long
 */
export async function inTime<Answer>(ask: () => Answer): Promise<Awaited<Answer>> {
  const answer = ask()
  if (!isThenable(answer)) return answer as Awaited<Answer>
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new NoAnswer(`no answer in ${patience / 1000} s`)), patience).unref()
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Whether it can be waited for, as a promise can. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function'
  return isObject && 'then' in value && typeof value.then === 'function'
}

/** How code of the application's own failed, for operators. Of an error only its class is told: what it says may quote a secret. */
export function howItFailed(cause: unknown): string {
  if (cause instanceof NoAnswer) return `gave ${cause.message}`
  return cause instanceof Error ? `threw ${classOf(cause)}` : 'threw what is no error'
}

function classOf({ constructor }: Error): string {
  const name: unknown = (constructor as Partial<typeof constructor> | undefined)?.name
  return typeof name === 'string' && /^\w{1,50}$/.test(name) ? name : 'Error'
}
