export { type ExpressProtection, expressProtection } from './express-protection.js'
export type { Guard } from './route-guard.js'
