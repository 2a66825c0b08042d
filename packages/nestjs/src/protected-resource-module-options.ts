import { inspect } from 'node:util'
import type { ProtectedResource } from '@portcullis/core'
import { unnamed } from './declaration.js'

/** What `forRoot` is given, and what the factory of `forRootAsync` gives. @see ProtectedResourceModule */
export interface ProtectedResourceModuleOptions {
  /** What guards the handlers, made by `protectedResource`. */
  readonly api: ProtectedResource
}

/** What both are given beside it: it has to be known before a factory runs. @see ProtectedResourceModule */
export interface ProtectedResourceModuleExtras {
  /**
   * `'local'`, the default: what `@Requires` stands on is guarded. `'global'`: every handler is, and `@Requires('nothing')`
   * makes one public.
   */
  readonly guard?: 'local' | 'global'
  /** Tells several protected resources of one application apart: `@Requires(…, { api: name })`. Default: none. */
  readonly name?: string
  /** Serves the metadata of the resource (RFC 9728) at its well-known path; `publishMetadata` has to be set. Default false. */
  readonly metadata?: boolean
}

const asyncOptions = [
  'useFactory',
  'inject',
  'imports',
  'useClass',
  'useExisting',
  'provideInjectionTokensFrom',
]
const optionNames = new Set(['api', 'guard', 'name', 'metadata', ...asyncOptions])

/** Takes all that `forRoot` or `forRootAsync` was given. */
export function checkExtras(given: ProtectedResourceModuleExtras): void {
  const unknown = Object.keys(given).find((key) => !optionNames.has(key))
  if (unknown)
    throw new TypeError(
      `ProtectedResourceModule: unknown option "${unknown}", expected api, guard, name or metadata`,
    )
  const { guard, name, metadata } = given
  if ('metadata' in given && typeof metadata !== 'boolean') {
    throw new TypeError(`ProtectedResourceModule.metadata: expected true or false, got ${inspect(metadata)}`)
  }
  if ('guard' in given && guard !== 'local' && guard !== 'global') {
    throw new TypeError(`ProtectedResourceModule.guard: expected 'local' or 'global', got ${inspect(guard)}`)
  }
  if ('name' in given && (typeof name !== 'string' || name === '' || name === unnamed)) {
    throw new TypeError(
      `ProtectedResourceModule.name: expected a name other than '${unnamed}', got ${inspect(name)}`,
    )
  }
}

export function apiOf(options: ProtectedResourceModuleOptions | undefined): ProtectedResource {
  const api = options?.api
  if (typeof api?.admit === 'function') return api
  throw new TypeError(
    `ProtectedResourceModule.api: expected { api } with what protectedResource() makes, got ${inspect(api, { depth: 0 })}`,
  )
}

/** Which guards there are has to be known before a factory runs. */
export function apiOfFactory(options: ProtectedResourceModuleOptions | undefined): ProtectedResource {
  const api = apiOf(options)
  const misplaced = ['guard', 'name', 'metadata'].find((key) => Object.hasOwn(options ?? {}, key))
  if (misplaced === undefined) return api
  throw new TypeError(`ProtectedResourceModule.${misplaced}: expected beside useFactory, not in its result`)
}

/** `forRoot` is given the protected resource itself, `forRootAsync` what makes it. */
export function isForRoot(given: ProtectedResourceModuleExtras): boolean {
  return 'api' in given
}
