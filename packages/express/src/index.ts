export { type ExpressProtection, expressProtection } from './express-protection.js'
