import type { Challenge, MetadataAnswer } from '@portcullis/core'
import type { Response } from 'express'

export function answer(response: Response, { status, headers, body }: Challenge | MetadataAnswer): void {
  // Middleware before this one may have described another body.
  for (const name of ['Content-Length', 'Content-Encoding']) response.removeHeader(name)
  response.status(status).set(headers).end(body)
}
