import type { ModuleRef } from '@nestjs/core'
import type { AnyProtectedResource } from './admit.js'
import { unnamed } from './declaration.js'

/** The injection token of the protected resource with this name. */
export function apiToken(name: string): string {
  return `@portcullis/nestjs api ${name}`
}

/** The protected resource with this name, from wherever in the application its module is imported. @throws TypeError */
export function registeredApi(moduleRef: ModuleRef, name: string): AnyProtectedResource {
  const apis = new Set(instancesOf(moduleRef, apiToken(name)))
  const [api] = apis
  if (api && apis.size === 1) return api
  const missing = name === unnamed ? 'forRoot({ api })' : `forRoot({ api, name: '${name}' })`
  throw new TypeError(
    api
      ? `@portcullis/nestjs: several protected resources are called "${name}", give each a name of its own`
      : `@portcullis/nestjs: import ProtectedResourceModule.${missing}`,
  )
}

function instancesOf(moduleRef: ModuleRef, token: string): AnyProtectedResource[] {
  try {
    return moduleRef.get<AnyProtectedResource>(token, { strict: false, each: true })
  } catch {
    // Nest throws when it finds none.
    return []
  }
}
