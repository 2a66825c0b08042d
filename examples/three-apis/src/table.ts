import { styleText } from 'node:util'
import type { Answer } from './answer.js'

/** A call, what it should be answered with, and what it was answered with. */
export interface Row {
  readonly call: string
  readonly framework: string
  readonly expected: Answer
  readonly got: Answer
}

function isAsExpected({ expected, got }: Row): boolean {
  return got.result === expected.result && got.challenge === expected.challenge
}

export function areAllAsExpected(rows: readonly Row[]): boolean {
  return rows.length > 0 && rows.every(isAsExpected)
}

/** One line for each call. */
export function table(rows: readonly Row[], colours: boolean): string {
  const paint = (format: 'bold' | 'green' | 'red', text: string) =>
    colours ? styleText(format, text, { validateStream: false }) : text
  const [heading = '', ...lines] = aligned([
    ['  CALL', 'FRAMEWORK', 'EXPECTED', 'GOT', 'CHALLENGE'],
    ...rows.map((row) => [`${isAsExpected(row) ? '✓' : '✗'} ${row.call}`, ...answerCells(row)]),
  ])
  const painted = lines.map((line) =>
    line.startsWith('✓') ? paint('green', '✓') + line.slice(1) : paint('red', line),
  )
  return [paint('bold', heading), ...painted].join('\n')
}

function answerCells({ framework, expected, got }: Row): string[] {
  const differs = got.challenge !== expected.challenge
  const challenge = differs
    ? `${got.challenge || 'none'}, expected ${expected.challenge || 'none'}`
    : got.challenge
  return [framework, expected.result, got.result, challenge]
}

function aligned(lines: readonly string[][]): string[] {
  const widthOf = (column: number) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0))
  return lines.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widthOf(column)))
      .join('  ')
      .trimEnd(),
  )
}

/** One line for all of them. */
export function summary(rows: readonly Row[], seconds: number): string {
  const wrong = rows.filter((row) => !isAsExpected(row)).length
  const verdict = areAllAsExpected(rows) ? 'all answered as expected' : `${wrong} not answered as expected`
  return `${rows.length} calls, ${verdict}, in ${seconds.toFixed(1)} s`
}
