/** What is there at once, or has to be waited for. */
export type Awaitable<T> = T | Promise<T>

/** For adapters: tells a promise from what is there already. */
export function isPending<T>(outcome: Awaitable<T>): outcome is Promise<T> {
  return typeof outcome === 'object' && outcome !== null && 'then' in outcome
}
