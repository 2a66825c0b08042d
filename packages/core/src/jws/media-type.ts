/** Whether `typ` names this media type: without regard to case, and with or without `application/` (RFC 7515 §4.1.9). */
export function isMediaType(typ: unknown, ...types: readonly string[]): boolean {
  return typeof typ === 'string' && types.includes(typ.toLowerCase().replace(/^application\//, ''))
}
