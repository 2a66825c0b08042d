// The tables of the report, in order.

/** Verification alone, in this process. */
export const inside = [
  { id: 'bearer-1', title: 'Bearer, one token seen before, one at a time' },
  { id: 'bearer-16', title: 'Bearer, one token seen before, 16 at a time' },
  { id: 'first-sight-1', title: 'Bearer, first sight of a token, one at a time' },
  { id: 'first-sight-16', title: 'Bearer, first sight of a token, 16 at a time' },
  {
    id: 'signature-1',
    title: 'The signature alone, one at a time; that of node:crypto is measured, not used',
  },
  {
    id: 'signature-16',
    title: 'The signature alone, 16 at a time; that of node:crypto is measured, not used',
  },
  { id: 'bearer-zipf', title: 'Bearer, many tokens by Zipf’s law, 16 at a time' },
  { id: 'dpop', title: 'DPoP, one key, a fresh ES256 proof for each request, 16 at a time' },
  { id: 'dpop-zipf', title: 'DPoP, many keys by Zipf’s law, fresh proofs, 16 at a time' },
  { id: 'introspection-1', title: 'Opaque token, its answer remembered, one at a time' },
  { id: 'introspection-16', title: 'Opaque token, its answer remembered, 16 at a time' },
  { id: 'replay-redis', title: 'DPoP with the replay store in memory and in Redis, 16 at a time' },
]

/** Over HTTP, each with what it is relative to. */
export const http = [
  { id: 'http-express', title: 'Express 5, Bearer, 32 connections', bases: ['Express 5'] },
  { id: 'http-fastify', title: 'Fastify 5, Bearer, 32 connections', bases: ['Fastify 5'] },
  {
    id: 'http-nest',
    title: 'Nest 12, Bearer, 32 connections',
    bases: ['Nest 12 on Express', 'Nest 12 on Fastify'],
  },
  { id: 'http-zipf', title: 'Fastify 5, many tokens by Zipf’s law, 32 connections', bases: ['Fastify 5'] },
  { id: 'http-dpop', title: 'Express 5, DPoP, fresh proofs, 32 connections', bases: ['Express 5'] },
]

export const connections = [1, 4, 16, 64, 256]
export const scaled = ['Express 5', 'Fastify 5']
