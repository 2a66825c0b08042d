import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  type Authentication,
  fromNode,
  isPending,
  type ProtectedResource,
  type RoutePolicy,
} from '@portcullis/core'
import type { NextFunction, Request, Response } from 'express'
import { answer } from './answer.js'

/** Middleware that fits every route. It speaks of Node's objects alone, so that a route keeps the types of its own. */
export interface Guard {
  (request: IncomingMessage, response: ServerResponse, next: NextFunction): void
}

/** Lets in whom the policy wants, and answers everybody else. */
export function guard(api: ProtectedResource, policy: RoutePolicy): Guard {
  return (request, response, next) => {
    const admission = api.admit(fromNode(request), policy)
    if (isPending(admission)) {
      pass(api, admission, request as Request, response as Response)
        .then((passed) => passed && next())
        .catch((cause: unknown) => next(asError(cause)))
      return
    }
    letIn(admission, request as Request, response as Response)
    next()
  }
}

function letIn(admitted: Authentication | undefined, request: Request, response: Response): void {
  if (!admitted) return
  request.principal = admitted.principal
  response.set(admitted.headers)
}

/** False when the request was answered. */
async function pass(
  api: ProtectedResource,
  admission: Promise<Authentication | undefined>,
  request: Request,
  response: Response,
): Promise<boolean> {
  try {
    letIn(await admission, request, response)
    return true
  } catch (error) {
    const challenge = api.challenge(error)
    if (!challenge) throw error
    if (!response.headersSent) answer(response, challenge)
    else if (!response.writableEnded) response.destroy()
    return false
  }
}

/** Express goes on to the next handler when it is given nothing, or one of its control words, instead of an error. */
function asError(cause: unknown): Error {
  return cause instanceof Error
    ? cause
    : new Error('@portcullis/express: the request could not be checked', { cause })
}
