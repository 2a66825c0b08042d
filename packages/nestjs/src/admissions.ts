import {
  type NodeRequest,
  type Principal,
  type ProtectedResource,
  RequestMemo,
  type RoutePolicy,
} from '@portcullis/core'

/** A protected resource that let a request in, as a policy wants it. */
export interface Admission {
  /** Under which the protected resource is registered. */
  readonly name: string
  readonly api: ProtectedResource
  readonly policy: RoutePolicy
}

/** Who let a request in, by the name of the protected resource, one entry each; what it knows of the caller, it is asked. */
const admissions = new RequestMemo<readonly Admission[]>()

export function rememberAdmission(request: NodeRequest, admission: Admission): void {
  const others = admissions.get(request)?.filter(({ name }) => name !== admission.name)
  admissions.set(request, others ? [...others, admission] : [admission])
}

/** A global guard and those of controller and method ask the same, one after the other. */
export function wasAdmitted(request: NodeRequest, { name, api, policy }: Admission): boolean {
  const known = admissions.get(request)
  return known?.some((one) => one.name === name && one.api === api && one.policy === policy) === true
}

/** The principal for the protected resource with this name; without a name, for the only one that was asked. */
export function principalOf(request: NodeRequest, name: string | undefined): Principal | undefined {
  const known = admissions.get(request) ?? []
  if (name === undefined && known.length > 1) return undefined
  const meant = name === undefined ? known[0] : known.find((one) => one.name === name)
  return meant?.api.admitted(request)
}
