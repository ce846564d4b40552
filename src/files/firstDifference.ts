/** A place where two values of plain JSON differ. */
export interface Difference {
  /** Keys on the way to it. */
  readonly path: readonly string[];
  readonly saved: unknown;
  readonly own: unknown;
}

/** The first place where a value differs from one of plain JSON; undefined if they are equal. −0, which JSON does not have, is equal to 0. */
export function firstDifference(saved: unknown, own: unknown, path: readonly string[] = []): Difference | undefined {
  if (!isPlain(saved) || !isPlain(own)) return saved === own ? undefined : {path, saved, own};
  for (const key of new Set([...Object.keys(saved), ...Object.keys(own)])) {
    const of = (value: Record<string, unknown>) => (Object.hasOwn(value, key) ? value[key] : undefined);
    const difference = firstDifference(of(saved), of(own), [...path, key]);
    if (difference) return difference;
  }
  return Array.isArray(saved) === Array.isArray(own) ? undefined : {path, saved, own};
}

/** True for lists and for objects without a class: JSON has no others. */
function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  // Object.prototype may be that of another realm.
  return Array.isArray(value) || prototype === null || Object.getPrototypeOf(prototype) === null;
}
