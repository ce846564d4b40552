/** A value of which the source is given, not the value itself. */
export class Code {
  constructor(readonly source: string) {}
}

/** What {@link sourceOf} writes. */
export type Value =
  | undefined
  | null
  | boolean
  | number
  | string
  | Code
  | readonly Value[]
  | {readonly [key: string]: Value};

/** Options of a layer, as written in a source. */
export type Options = {readonly [key: string]: Value};

/** The source of a value, in one line. What is undefined is left out. */
export function sourceOf(value: Value): string {
  if (value instanceof Code) return value.source;
  if (typeof value === 'string') return `'${value}'`;
  if (Array.isArray(value)) return `[${value.map(sourceOf).join(', ')}]`;
  if (value !== null && typeof value === 'object') {
    const fields = Object.entries(value).filter(([, field]) => field !== undefined);
    return `{${fields.map(([name, field]) => `${name}: ${sourceOf(field)}`).join(', ')}}`;
  }
  return String(value);
}
