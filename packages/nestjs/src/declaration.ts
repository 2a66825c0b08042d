/** What `@Requires` wrote on a controller or on one of its methods. */
export interface Declaration {
  /** The arguments of `requires`, not checked yet. */
  readonly requires: readonly unknown[]
  /** The name of the protected resource that is meant. */
  readonly api: string
}

/** The name of the protected resource whose module was given none. */
export const unnamed = 'default'

export const declarationKey = Symbol('@portcullis/nestjs')

/** Reads the declaration for a handler: the method's own wins over its controller's. */
export function declarationOf(...targets: readonly object[]): Declaration | undefined {
  for (const target of targets) {
    const declaration: Declaration | undefined = Reflect.getMetadata(declarationKey, target)
    if (declaration) return declaration
  }
  return undefined
}
