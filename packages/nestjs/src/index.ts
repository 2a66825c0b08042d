export { CurrentPrincipal } from './current-principal.js'
export { ProtectedResourceGuard } from './protected-resource-guard.js'
export { ProtectedResourceModule, type ProtectedResourceModuleOptions } from './protected-resource-module.js'
export { Requires, type RequiresOptions } from './requires.js'
