import {
  acr,
  allOf,
  anyOf,
  check,
  claim,
  client,
  details,
  maxAge,
  type Principal,
  permission,
  type Requirement,
  role,
  scope,
} from '@portcullis/core'

/** What a rule of the application says, by the claim `rule` of the token: the value itself, or that it throws. */
function say({ claims }: Principal): boolean {
  if (claims['rule'] === 'throws') throw new Error('the database at db.internal is down')
  return claims['rule'] as boolean
}

const payment = { type: 'payment', actions: ['initiate'], locations: ['https://api.example.com/payments'] }
const active = check('contract is active', say)
const inTime = check('within opening hours', async (principal) => say(principal))

/** A route `/required/<name>` for each, the same in all four servers. */
export const required = {
  role: role('admin'),
  roles: role('admin', 'auditor'),
  permission: permission('close:accounts'),
  claim: claim('tenant', ['north', 'south']),
  client: client('billing', 'reports'),
  acr: acr('gold', 'silver'),
  'max-age': maxAge(300),
  'step-up': allOf(acr('gold', 'silver'), acr('silver', 'gold'), maxAge(300), maxAge(600)),
  'step-up-or-role': anyOf(role('admin'), allOf(acr('gold'), maxAge(0))),
  'step-up-one-way': allOf(anyOf(acr('gold'), acr('silver')), acr('silver')),
  details: details(payment),
  'details-of-a-type': details({ type: 'payment' }),
  check: active,
  'check-later': inTime,
  checks: allOf(active, anyOf(inTime, role('admin'))),
  'all-of': allOf(scope('accounts:read'), role('admin'), active),
  'any-of': anyOf(role('admin'), claim('tenant', 'north'), scope('accounts:write')),
  nested: allOf(
    anyOf(role('admin'), permission('close:accounts')),
    anyOf(scope('accounts:read'), allOf(client('billing'), scope('accounts:write'))),
  ),
  'scope-and-step-up': allOf(acr('gold'), scope('accounts:write'), maxAge(300)),
  'check-and-step-up': allOf(acr('gold'), active),
  everything: allOf(
    maxAge(300),
    acr('gold'),
    active,
    role('admin'),
    details(payment),
    scope('accounts:read', 'accounts:write'),
  ),
} as const satisfies Readonly<Record<string, Requirement<'accounts:read' | 'accounts:write'>>>

export type RequiredName = keyof typeof required
