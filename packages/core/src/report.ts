import type { ProtectionEvent } from './events.js'
import type { IssuerEvent } from './issuer-events.js'
import type { Settings } from './options.js'
import { isRefusal, type Rejection, type Unavailable } from './rejection.js'
import { type Started, startedEvent, type ToldSettings, warnings } from './started-event.js'

/** Tells what happened. Never throws: a broken listener is no reason to refuse a request, or to let one in. */
export interface Report {
  started(started: Started): void
  /** Hears what becomes of issuers. */
  readonly issuer: (event: IssuerEvent) => void
  /** Tells of each refusal once, and gives the error back. Other errors are not ours to tell. */
  refused(error: unknown): unknown
}

type Listener = (event: ProtectionEvent) => unknown

interface Teller {
  /** Whether anybody listens to refusals with this code: for others, no event is made. */
  readonly hears: (code: string) => boolean
  readonly tell: (event: ProtectionEvent) => void
}

/** Hands events to the application's listener or, without one and outside production, to `process.emitWarning`. */
export function reporter(options: ToldSettings & Pick<Settings, 'onEvent'>): Report {
  const { resource, onEvent } = options
  const { hears, tell } = onEvent ? { hears: () => true, tell: safely(onEvent) } : firstOfEachCode()
  const told = new WeakSet<Error>()
  return {
    started(started) {
      tell(startedEvent(options, started))
      for (const warned of warnings(resource, started)) tell({ type: 'warning', resource, ...warned })
    },
    issuer: (event) => tell({ ...event, resource }),
    refused(error) {
      if (isRefusal(error) && !told.has(error)) {
        told.add(error)
        if (hears(error.code)) tell(eventOf(resource, error))
      }
      return error
    },
  }
}

function eventOf(resource: string, refusal: Rejection | Unavailable): ProtectionEvent {
  const { message, issuer } = refusal
  if ('retryAfterSeconds' in refusal) {
    const { code, retryAfterSeconds } = refusal
    return { type: 'unavailable', resource, code, message, issuer, retryAfterSeconds }
  }
  const { code, status, error, scheme } = refusal
  return { type: 'rejected', resource, code, status, error, message, scheme, issuer }
}

const warning = { type: 'PortcullisWarning' }

function safely(listener: Listener): (event: ProtectionEvent) => void {
  let warned = false
  const call = async (event: ProtectionEvent): Promise<void> => {
    try {
      await listener(event)
    } catch {
      // What it threw may be anything, so nothing of it is printed.
      if (!warned) process.emitWarning('onEvent failed. Told once.', warning)
      warned = true
    }
  }
  return (event) => void call(event)
}

/** Whoever installs this sees why a request was refused; a flood of bad requests does not flood the log. In production only warnings are told. */
function firstOfEachCode(): Teller {
  const isProduction = process.env['NODE_ENV'] === 'production'
  const told = new Set<string>()
  const tell = (event: ProtectionEvent) => {
    if (!('code' in event) || event.code === undefined || told.has(event.code)) return
    if (isProduction && event.type !== 'warning') return
    told.add(event.code)
    process.emitWarning(`${event.resource}: ${event.code}: ${event.message}`, {
      ...warning,
      code: event.code,
      detail:
        'Each code is told once; in production, only warnings about the configuration are. Pass onEvent to hear of everything, or to silence this.',
    })
  }
  return { hears: (code) => !isProduction && !told.has(code), tell }
}
