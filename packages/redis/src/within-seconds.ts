/**
 * Waits for an answer, but not longer than so many seconds. An answer that comes later is dropped, a late failure as well. The
 * wait keeps no process alive.
 */
export function withinSeconds<Answer>(seconds: number, answer: Promise<Answer>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`Redis did not answer within ${seconds} s`))
    }, seconds * 1000).unref()
    void answer.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
