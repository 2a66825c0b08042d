export { CurrentPrincipal, type CurrentPrincipalOptions } from './current-principal.js'
export { ProtectedResourceGuard } from './protected-resource-guard.js'
export { ProtectedResourceModule } from './protected-resource-module.js'
export type {
  ProtectedResourceModuleExtras,
  ProtectedResourceModuleOptions,
} from './protected-resource-module-options.js'
export { Requires, type RequiresOptions } from './requires.js'
export { protectWebSockets } from './web-sockets/protect-web-sockets.js'
export type { ProtectWebSocketsOptions } from './web-sockets/protect-web-sockets-options.js'
