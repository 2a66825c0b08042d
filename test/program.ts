import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'

/** A program that runs as a process of its own, as its users run it. */
export interface Program {
  /** What it wrote to standard output and to standard error. */
  readonly written: { out: string; error: string }
  /** The first match in its standard output, as soon as it is there. Fails when the program ends without one. */
  prints(pattern: RegExp): Promise<RegExpExecArray>
  /** Its exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>
  signal(name: NodeJS.Signals): void
}

const running = new Set<ChildProcess>()

afterAll(() => {
  for (const child of running) child.kill('SIGKILL')
})

/** Runs a file of this repository with Node; what still runs after the tests of the file is killed. */
export function runNode(file: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Program {
  const path = fileURLToPath(new URL(`../${file}`, import.meta.url))
  const child = spawn(process.execPath, [path, ...args], { env: { ...process.env, ...env } })
  running.add(child)
  const ended = once(child, 'close').then(([code]: (number | null)[]) => {
    running.delete(child)
    return code ?? null
  })
  const written = { out: '', error: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (written.out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (written.error += text))

  const prints = (pattern: RegExp) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(written.out)
        if (found) resolve(found)
      }
      child.stdout.on('data', look)
      look()
      void ended.then((code) =>
        reject(new Error(`${file} ended with ${code}: ${written.out}${written.error}`)),
      )
    })
  return { written, prints, ended, signal: (name) => void child.kill(name) }
}
