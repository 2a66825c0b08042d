// Middleware for Express. The same functions guard the servers of the HTTP suites.
import { expressjwt } from 'express-jwt'
import { auth } from 'express-oauth2-jwt-bearer'
import jwksRsa from 'jwks-rsa'
import passport from 'passport'
import { ExtractJwt, Strategy } from 'passport-jwt'
import { resource } from '../authority.mjs'

/** @typedef {import('../authority.mjs').Facts} Facts */

/** @param {Facts} facts */
export function expressOauth2JwtBearer({ issuer, jwksUri }, { dpop = false } = {}) {
  return auth({
    issuer,
    jwksUri,
    audience: resource,
    tokenSigningAlg: 'RS256',
    ...(dpop && { dpop: { enabled: true, required: true } }),
  })
}

/** @param {Facts} facts */
export function expressJwt({ issuer, jwksUri }) {
  const secret = jwksRsa.expressJwtSecret({ jwksUri, cache: true, rateLimit: true })
  return expressjwt({ secret, issuer, audience: resource, algorithms: ['RS256'] })
}

/** @param {Facts} facts @returns {import('passport-jwt').StrategyOptionsWithoutRequest} */
export function passportOptions({ issuer, jwksUri }) {
  return {
    jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
    secretOrKeyProvider: jwksRsa.passportJwtSecret({ jwksUri, cache: true, rateLimit: true }),
    issuer,
    audience: resource,
    algorithms: ['RS256'],
  }
}

/** @param {Facts} facts */
export function passportJwt(facts) {
  // By name: a strategy that is handed over as an object would be shared by requests under way, and lose answers.
  const own = new passport.Passport()
  own.use('jwt', new Strategy(passportOptions(facts), (claims, done) => done(null, claims)))
  return own.authenticate('jwt', { session: false })
}
