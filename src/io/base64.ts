/** Bytes per call of `btoa`: a multiple of 3, so that the pieces join, and few enough for an argument list. */
const CHUNK = 0x6000;

/** Bytes as base64 text, in Node and in browsers alike. */
export function toBase64(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let begin = 0; begin < bytes.length; begin += CHUNK) {
    pieces.push(btoa(String.fromCharCode(...bytes.subarray(begin, begin + CHUNK))));
  }
  return pieces.join('');
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
