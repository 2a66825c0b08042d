export { type FastifyProtection, fastifyProtection } from './fastify-protection.js'
