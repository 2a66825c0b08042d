/** What one memo knows of one request. Shows nothing of it to whoever prints the request. */
class Note {
  readonly #request: object
  readonly #memo: object
  readonly #next: Note | undefined
  #value: unknown

  constructor(request: object, memo: object, value: unknown, next: Note | undefined) {
    this.#request = request
    this.#memo = memo
    this.#value = value
    this.#next = next
  }

  /**
   * Undefined on an object that was copied or derived from the request, for it is another one, and where something else than a note is found,
   * as on what was wrapped or cloned through and through.
   */
  static of(request: object, memo: object): Note | undefined {
    let note: unknown = (request as Noted)[notes]
    while (isObject(note) && #memo in note) {
      if (note.#memo === memo && note.#request === request) return note
      note = note.#next
    }
    return undefined
  }

  get value(): unknown {
    return this.#value
  }

  set value(value: unknown) {
    this.#value = value
  }
}

const notes = Symbol('@portcullis/core')

interface Noted {
  [notes]?: Note
}

/**
 * For adapters: remembers something of each request, as a WeakMap does: by the server's own request objects, and for as long as they
 * live. A WeakMap costs more than everything else that is done for a token that is known, most of it when garbage is collected.
 */
export class RequestMemo<Value> {
  /** Of objects that take no fields. */
  readonly #closed = new WeakMap<object, Value>()

  get(request: object): Value | undefined {
    if (!isObject(request)) return undefined
    const note = Note.of(request, this)
    return note ? (note.value as Value) : this.#closed.get(request)
  }

  set(request: object, value: Value): void {
    const note = Note.of(request, this)
    if (note) note.value = value
    else if (!this.#attach(request, value)) this.#closed.set(request, value)
  }

  #attach(request: object, value: Value): boolean {
    try {
      const note = new Note(request, this, value, (request as Noted)[notes])
      // Throws where it is refused. Reflect.set() takes five times as long.
      ;(request as Noted)[notes] = note
      return Note.of(request, this) === note
    } catch {
      return false
    }
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
