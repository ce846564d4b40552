/**
 * Integers from 0 to 2^53 − 1 as few bytes: seven bits per byte from the lowest on, the eighth bit set where another byte
 * follows (LEB128).
 */
export function encodeVarints(values: ArrayLike<number>): Uint8Array {
  let length = 0;
  for (let i = 0; i < values.length; i++) {
    length++;
    for (let rest = values[i]; rest >= 128; rest = Math.floor(rest / 128)) length++;
  }
  const bytes = new Uint8Array(length);
  let end = 0;
  for (let i = 0; i < values.length; i++) {
    let rest = values[i];
    for (; rest >= 128; rest = Math.floor(rest / 128)) bytes[end++] = 128 + (rest % 128);
    bytes[end++] = rest;
  }
  return bytes;
}

/** The integers that {@link encodeVarints} was given; `undefined` if the last one is cut off or one exceeds 2^53 − 1. */
export function decodeVarints(bytes: Uint8Array): Float64Array | undefined {
  let length = 0;
  for (let i = 0; i < bytes.length; i++) if (bytes[i] < 128) length++;
  const values = new Float64Array(length);
  let value = 0;
  let scale = 1;
  length = 0;
  for (let i = 0; i < bytes.length; i++) {
    value += (bytes[i] % 128) * scale;
    scale *= 128;
    if (bytes[i] >= 128) continue;
    // NaN where bytes that follow each other raise the scale to Infinity.
    if (!(value <= Number.MAX_SAFE_INTEGER)) return undefined;
    values[length++] = value;
    value = 0;
    scale = 1;
  }
  return scale === 1 ? values : undefined;
}
