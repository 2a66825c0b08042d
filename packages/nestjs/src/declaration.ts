import type { ExecutionContext } from '@nestjs/common'

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

const anyToken: Declaration['requires'] = Object.freeze([])

/** What a guard requires where nothing is declared: any valid token. */
export function undeclared(api: string): EffectiveDeclaration {
  return { requires: anyToken, api }
}

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

const ofHandlers = new WeakMap<object, WeakMap<object, EffectiveDeclaration | 'none'>>()

/** {@link declarationOf} for those who ask for each call: what stands there is read once, as decorators are applied when a class is made. */
export function declarationForCall(context: ExecutionContext): EffectiveDeclaration | undefined {
  const [controller, handler] = [context.getClass(), context.getHandler()]
  const known = ofHandlers.get(handler)?.get(controller)
  if (known) return known === 'none' ? undefined : known
  const declaration = declarationOf(controller, handler)
  const ofHandler = ofHandlers.get(handler) ?? new WeakMap<object, EffectiveDeclaration | 'none'>()
  ofHandlers.set(handler, ofHandler.set(controller, declaration ?? 'none'))
  return declaration
}

/** As it stands there: known before there is a protected resource to ask. */
export function isPublic(declaration: Declaration | undefined): boolean {
  return declaration?.requires.length === 1 && declaration.requires[0] === 'nothing'
}

const declaredMethods = new WeakMap<object, Set<string | symbol>>()

/** Remembers that a declaration was written on a method, whatever becomes of the function. */
export function rememberMethod(prototype: object, method: string | symbol): void {
  const known = declaredMethods.get(prototype) ?? new Set<string | symbol>()
  declaredMethods.set(prototype, known.add(method))
}

/** A method whose declaration was lost: a decorator above `@Requires` put another function in its place. */
export function lostDeclaration(prototype: object): string | undefined {
  const methods = declaredMethodsOf(prototype)
  const lost = methods.find((method) => !declarationOn(Reflect.get(prototype, method) as object))
  return lost === undefined ? undefined : String(lost)
}

/** Own and inherited ones, without those that a class further down replaced. */
function declaredMethodsOf(prototype: object): (string | symbol)[] {
  const inherited = Reflect.getPrototypeOf(prototype)
  const further = inherited ? declaredMethodsOf(inherited) : []
  const own = declaredMethods.get(prototype) ?? []
  return [...own, ...further.filter((method) => !Object.hasOwn(prototype, method))]
}

function declarationOn(target: object): Declaration | undefined {
  return Reflect.getMetadata(declarationKey, target)
}
