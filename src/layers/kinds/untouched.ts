type Methods = Record<string, unknown>;

/** The methods of each class as they were when they were first looked at: when the library was loaded, for those of tfjs. */
const originals = new WeakMap<object, Methods>();

/**
 * True if an object has the methods of its class, neither replaced on the object nor, since this library was loaded, on the class.
 *
 * @param names  of the methods that are looked at; always the same ones for objects of one class
 */
export function isUntouched(object: object, names: readonly string[]): boolean {
  const original = originals.get(object.constructor) ?? rememberMethods(object.constructor as never, names);
  return names.every((name) => (object as Methods)[name] === original[name]);
}

/** Looks at the methods of a class, for {@link isUntouched}. */
export function rememberMethods(
  {prototype}: {readonly prototype: object},
  names: readonly string[],
): Readonly<Methods> {
  const methods = Object.fromEntries(names.map((name) => [name, (prototype as Methods)[name]]));
  originals.set(prototype.constructor, methods);
  return methods;
}
