/** The JSON text of `object` with this member first, its value given as JSON text; the object may have it already. */
export function prependMember(object: object, name: string, value: string): string {
  return `{"${name}":${value},${JSON.stringify(object).slice(1)}`
}

/** The JSON text of `object` with this member last, its value given as JSON text; the object may have it already. */
export function appendMember(object: object, name: string, value: string): string {
  return `${JSON.stringify(object).slice(0, -1)},"${name}":${value}}`
}
