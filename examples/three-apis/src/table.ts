import { styleText } from 'node:util'
import type { Answer } from './answer.js'

/** A call, what it should be answered with, and what it was answered with. */
export interface Row {
  readonly call: string
  readonly api: string
  readonly expected: Answer
  readonly got: Answer
}

function isAsExpected({ expected, got }: Row): boolean {
  return got.result === expected.result && got.detail === expected.detail
}

export function areAllAsExpected(rows: readonly Row[]): boolean {
  return rows.length > 0 && rows.every(isAsExpected)
}

/** One line for each call, and an empty one between two APIs. */
export function table(rows: readonly Row[], colours: boolean): string {
  const paint = (format: 'bold' | 'green' | 'red', text: string) =>
    colours ? styleText(format, text, { validateStream: false }) : text
  const [heading = '', ...lines] = aligned([
    ['  CALL', 'API', 'EXPECTED', 'GOT', 'CALLER OR CHALLENGE'],
    ...rows.map((row) => [`${isAsExpected(row) ? '✓' : '✗'} ${row.call}`, ...answerCells(row)]),
  ])
  const painted = lines.map((line, at) => {
    const before = at > 0 && rows[at]?.api !== rows[at - 1]?.api ? '\n' : ''
    return before + (line.startsWith('✓') ? paint('green', '✓') + line.slice(1) : paint('red', line))
  })
  return [paint('bold', heading), ...painted].join('\n')
}

function answerCells({ api, expected, got }: Row): string[] {
  const differs = got.detail !== expected.detail
  const detail = differs ? `${got.detail || 'none'}, expected ${expected.detail || 'none'}` : got.detail
  return [api, expected.result, got.result, detail]
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
