/** Codes of the digits. */
const DIGITS = Uint8Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/', (digit) =>
  digit.charCodeAt(0),
);
const PADDING = 61;

/** Bytes as base64 text, in Node and in browsers alike; `btoa` wants them as text first, which takes far longer. */
export function toBase64(bytes: Uint8Array): string {
  const text = new Uint8Array(4 * Math.ceil(bytes.length / 3));
  for (let i = 0, k = 0; i < bytes.length; i += 3, k += 4) {
    // Behind the last byte: undefined, of which these operators make 0.
    const three = (bytes[i] << 16) | (bytes[i + 1] << 8) | bytes[i + 2];
    text[k] = DIGITS[three >>> 18];
    text[k + 1] = DIGITS[(three >>> 12) & 63];
    text[k + 2] = DIGITS[(three >>> 6) & 63];
    text[k + 3] = DIGITS[three & 63];
  }
  const left = bytes.length % 3;
  if (left > 0) text.fill(PADDING, text.length - 3 + left);
  return new TextDecoder().decode(text);
}

/** The bytes of base64 text; `undefined` if the text is not base64. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  let characters: string;
  try {
    characters = atob(text);
  } catch {
    return undefined;
  }
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
  return bytes;
}
