import {createHash} from 'node:crypto';
import {mkdir, rename, rm, writeFile} from 'node:fs/promises';
import {dirname} from 'node:path';

/** SHA-256 of some bytes, in hexadecimal. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * The body of a web address.
 *
 * @param patience  milliseconds to wait for the answer, and then for each next piece of it
 * @throws Error if there is no such file, no network, or no progress for that long
 */
export async function download(url: string, patience: number): Promise<Uint8Array> {
  const controller = new AbortController();
  const giveUp = () => controller.abort(new Error(`no answer within ${patience / 1000} s`));
  let timer = setTimeout(giveUp, patience);
  try {
    const response = await fetch(url, {signal: controller.signal});
    if (!response.ok || !response.body) throw new Error(`the server answered ${response.status}`);
    const pieces: Uint8Array[] = [];
    for await (const piece of response.body) {
      clearTimeout(timer);
      timer = setTimeout(giveUp, patience);
      pieces.push(piece);
    }
    return new Uint8Array(Buffer.concat(pieces));
  } catch (error) {
    throw new Error(`download: ${url} could not be fetched (${reason(error)}). Check the network.`, {cause: error});
  } finally {
    clearTimeout(timer);
  }
}

/** Writes a file whole or not at all: under another name first, then renamed. Makes the folder if it is missing. */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}.part`;
  await mkdir(dirname(path), {recursive: true});
  try {
    await writeFile(temporary, bytes);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, {force: true});
    throw error;
  }
}

/** What lies at the bottom of an error; `fetch` hides the reason in the cause. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? reason(error.cause) : error.message;
}
