/** What `@Requires` wrote on a controller or on one of its methods. */
export interface Declaration {
  /** The arguments of `requires`, not checked yet. */
  readonly requires: readonly unknown[]
  /** The name of the protected resource that is meant, where one was given. */
  readonly api: string | undefined
}

/** A {@link Declaration} as it holds for a handler. */
export interface EffectiveDeclaration extends Declaration {
  readonly api: string
}

/** What is required where nothing is declared: any valid token. */
export const anyToken: Declaration['requires'] = Object.freeze([])

/** The name of the protected resource whose module was given none. */
export const unnamed = 'default'

export const declarationKey = Symbol('@portcullis/nestjs')

/**
 * What holds for a handler: the method's own requirement replaces that of its controller, and so does its `api`, each where
 * it was given.
 */
export function declarationOf(controller: object, handler?: object): EffectiveDeclaration | undefined {
  const outer = declarationOn(controller)
  const inner = handler && declarationOn(handler)
  const declared = inner ?? outer
  return declared && { requires: declared.requires, api: inner?.api ?? outer?.api ?? unnamed }
}

function declarationOn(target: object): Declaration | undefined {
  return Reflect.getMetadata(declarationKey, target)
}
