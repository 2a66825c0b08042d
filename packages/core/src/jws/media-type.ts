/** Whether `typ` names this media type: without regard to case, and with or without `application/` (RFC 7515 §4.1.9). */
export function isMediaType(typ: unknown, ...types: readonly string[]): boolean {
  if (typeof typ !== 'string') return false
  return types.includes(typ) || types.includes(typ.toLowerCase().replace(/^application\//, ''))
}
