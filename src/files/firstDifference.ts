/** A place where two values of plain JSON differ. */
export interface Difference {
  /** Keys on the way to it. */
  readonly path: readonly string[];
  readonly saved: unknown;
  readonly own: unknown;
}

/** The first place where two values of plain JSON differ; undefined if they are equal. */
export function firstDifference(saved: unknown, own: unknown, path: readonly string[] = []): Difference | undefined {
  if (!isObject(saved) || !isObject(own)) return Object.is(saved, own) ? undefined : {path, saved, own};
  for (const key of new Set([...Object.keys(saved), ...Object.keys(own)])) {
    const of = (value: Record<string, unknown>) => (Object.hasOwn(value, key) ? value[key] : undefined);
    const difference = firstDifference(of(saved), of(own), [...path, key]);
    if (difference) return difference;
  }
  return Array.isArray(saved) === Array.isArray(own) ? undefined : {path, saved, own};
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
