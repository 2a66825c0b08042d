export { CurrentPrincipal, type CurrentPrincipalOptions } from './current-principal.js'
export { ProtectedResourceGuard } from './protected-resource-guard.js'
export {
  ProtectedResourceModule,
  type ProtectedResourceModuleExtras,
  type ProtectedResourceModuleOptions,
} from './protected-resource-module.js'
export { Requires, type RequiresOptions } from './requires.js'
export { protectWebSockets } from './web-sockets/protect-web-sockets.js'
export type { ProtectWebSocketsOptions } from './web-sockets/protect-web-sockets-options.js'
