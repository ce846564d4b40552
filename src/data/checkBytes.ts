import {describeValue} from '../topology/describeValue.ts';

/**
 * Throws unless these are bytes; the rest as `checkKind`. Also those of another realm are, for which `instanceof` is false, and the
 * pixels of a canvas.
 */
export function checkBytes(where: string, name: string, value: unknown, advice: string): void {
  if (/^\[object Uint8(Clamped)?Array\]$/.test(Object.prototype.toString.call(value))) return;
  throw new TypeError(`${where}: ${name} must be a Uint8Array, received ${describeValue(value)}. ${advice}`);
}

/** What to do with a file. */
export const FILE_ADVICE = 'Pass the content of a file, new Uint8Array(buffer) for an ArrayBuffer.';
