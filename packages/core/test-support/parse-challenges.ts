/** A challenge as a client reads it: RFC 9110 §11.6.1. Names in lower case, since they compare so. */
export interface ParsedChallenge {
  readonly scheme: string
  readonly parameters: readonly (readonly [name: string, value: string])[]
}

const token = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+"
const quotedString = '"(?:[\\t \\x21\\x23-\\x5b\\x5d-\\x7e]|\\\\[\\t\\x20-\\x7e])*"'
const parameter = new RegExp(`(${token})[ \\t]*=[ \\t]*(${token}|${quotedString})(?=[ \\t]*(?:,|$))`, 'y')
const scheme = new RegExp(`(${token}) +(?=${token}[ \\t]*=)`, 'y')
const comma = /[ \t]*,[ \t]*/y

/** Reads the value of a WWW-Authenticate field whose challenges have parameters, as ours have to. Throws for anything else. */
export function parseChallenges(field: string): ParsedChallenge[] {
  const challenges: { scheme: string; parameters: [string, string][] }[] = []
  let at = 0
  const read = (expression: RegExp): RegExpExecArray | null => {
    expression.lastIndex = at
    const found = expression.exec(field)
    if (found) at = expression.lastIndex
    return found
  }
  do {
    const begin = read(scheme)
    if (begin) challenges.push({ scheme: begin[1] ?? '', parameters: [] })
    const found = read(parameter)
    const current = challenges.at(-1)
    if (!found || !current) throw new Error(`no challenge at ${at}: ${field}`)
    current.parameters.push([(found[1] ?? '').toLowerCase(), unquote(found[2] ?? '')])
  } while (read(comma))
  if (at !== field.length) throw new Error(`no challenge at ${at}: ${field}`)
  return challenges
}

function unquote(value: string): string {
  return value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value
}
