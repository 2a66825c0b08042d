import type { FastifyInstance } from 'fastify'

/** Contexts inside the application inherit from it. */
export function isRoot(app: FastifyInstance): boolean {
  return Object.getPrototypeOf(app) === Object.prototype
}
