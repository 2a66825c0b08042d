import type { ModuleRef } from '@nestjs/core'
import type { ProtectedResource } from '@portcullis/core'
import { unnamed } from './declaration.js'

/** The injection token of the protected resource with this name. */
export function apiToken(name: string): string {
  return `@portcullis/nestjs api ${name}`
}

/** The protected resource with this name, from wherever in the application its module is imported. @throws TypeError */
export function registeredApi(moduleRef: ModuleRef, name: string): ProtectedResource {
  const apis = new Set(instancesOf<ProtectedResource>(moduleRef, apiToken(name)))
  const [api] = apis
  if (api && apis.size === 1) return api
  const missing = name === unnamed ? 'forRoot({ api })' : `forRoot({ api, name: '${name}' })`
  throw new TypeError(
    api
      ? `@portcullis/nestjs: several protected resources ${name === unnamed ? 'without a name' : `called "${name}"`}; give each but one a name of its own`
      : `@portcullis/nestjs: import ProtectedResourceModule.${missing}`,
  )
}

/** Under which every module has its check of the declarations. */
export const declarationCheckToken = '@portcullis/nestjs declaration check'

/** Stands beside every global guard, and is the name of its protected resource. */
export const globalGuardToken = '@portcullis/nestjs global guard'

/** Two global guards would both refuse the other's tokens, on every handler. @throws TypeError */
export function refuseSeveralGlobalGuards(moduleRef: ModuleRef): void {
  if (instancesOf(moduleRef, globalGuardToken).length < 2) return
  throw new TypeError("@portcullis/nestjs: only one ProtectedResourceModule can have guard: 'global'")
}

/** All that the application has under a token. */
export function instancesOf<T>(moduleRef: ModuleRef, token: string): T[] {
  try {
    return moduleRef.get<T>(token, { strict: false, each: true })
  } catch (error) {
    // Nest throws when it finds none. By name: the class is none that Nest exports.
    if ((error as object).constructor.name === 'UnknownElementException') return []
    throw error
  }
}
