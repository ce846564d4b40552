/** Characters that a message has room for. */
const SHOWN = 60;

/** The first characters of any value, for a message: also of one that is no JSON, or is nested too deep to be written; of a function its name. */
export function describeValue(value: unknown): string {
  if (typeof value === 'function') return `the function ${value.name}`;
  let text: string;
  try {
    text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
  } catch {
    text = Array.isArray(value) ? 'a list' : typeof value;
  }
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
