// Every application answers the same; all that differs is who guards it, and on which framework.

/**
 * @typedef {import('./server.mjs').AppFacts} AppFacts
 * @typedef {(facts: AppFacts) => Promise<number>} App starts to listen, and gives its port
 */

const express = (/** @type {string} */ guard) => async (/** @type {AppFacts} */ facts) =>
  (await import('./apps/express.mjs')).serve(guard, facts)
const fastify = (/** @type {string} */ guard) => async (/** @type {AppFacts} */ facts) =>
  (await import('./apps/fastify.mjs')).serve(guard, facts)
const nest =
  (/** @type {string} */ guard, /** @type {'express' | 'fastify'} */ platform) =>
  async (/** @type {AppFacts} */ facts) =>
    (await import('./apps/nest.mjs')).serve(guard, platform, facts)

/** @type {Record<string, App>} */
export const apps = {
  'Express 5': express('nothing'),
  'Express 5, portcullis': express('portcullis'),
  'Express 5, jose': express('jose'),
  'Express 5, express-oauth2-jwt-bearer': express('express-oauth2-jwt-bearer'),
  'Express 5, express-jwt + jwks-rsa': express('express-jwt + jwks-rsa'),
  'Express 5, passport-jwt + jwks-rsa': express('passport-jwt + jwks-rsa'),
  'Express 5, DPoP, portcullis': express('DPoP, portcullis'),
  'Express 5, DPoP, express-oauth2-jwt-bearer': express('DPoP, express-oauth2-jwt-bearer'),
  'Fastify 5': fastify('nothing'),
  'Fastify 5, portcullis': fastify('portcullis'),
  'Fastify 5, jose': fastify('jose'),
  'Fastify 5, @fastify/jwt + get-jwks': fastify('@fastify/jwt + get-jwks'),
  'Fastify 5, @fastify/jwt + get-jwks, cached': fastify('@fastify/jwt + get-jwks, cached'),
  'Fastify 5, fastify-auth0-verify': fastify('fastify-auth0-verify'),
  'Nest 12 on Express': nest('nothing', 'express'),
  'Nest 12 on Express with an open guard': nest('open guard', 'express'),
  'Nest 12 on Express, portcullis': nest('portcullis', 'express'),
  'Nest 12 on Express, passport-jwt + jwks-rsa': nest('passport-jwt + jwks-rsa', 'express'),
  'Nest 12 on Fastify': nest('nothing', 'fastify'),
  'Nest 12 on Fastify with an open guard': nest('open guard', 'fastify'),
  'Nest 12 on Fastify, portcullis': nest('portcullis', 'fastify'),
}
