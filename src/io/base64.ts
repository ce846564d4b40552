/** Codes of the digits: the first digit of a byte is its upper six bits. */
const DIGITS = Uint8Array.from({length: 64}, (_, i) => btoa(String.fromCharCode(i << 2)).charCodeAt(0));

/** Bytes as base64 text, in Node and in browsers alike; `btoa` wants them as text first, which takes far longer. */
export function toBase64(bytes: Uint8Array): string {
  const text = new Uint8Array(Math.ceil((4 * bytes.length) / 3));
  for (let k = 0; k < text.length; k++) {
    const bit = 6 * k;
    // Behind the last byte is undefined, of which these operators make 0.
    const two = (bytes[bit >>> 3] << 8) | bytes[(bit >>> 3) + 1];
    text[k] = DIGITS[(two >> (10 - (bit & 7))) & 63];
  }
  return new TextDecoder().decode(text) + '='.repeat(-text.length & 3);
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
