export { type ExpressProtection, expressProtection, type Guard } from './express-protection.js'
