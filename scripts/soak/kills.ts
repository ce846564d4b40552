import {spawn} from 'node:child_process';
import {mkdtempSync, readdirSync, rmSync, watch} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';
import {loadCheckpoint} from 'itop/files';
import {fileStore, folderStore} from 'itop/node';
import {hasNumber, numberedModel} from './savedModel.ts';

/** Longest time from a save to the kill, in milliseconds: enough for several saves. */
const LONGEST = 150;
/** The same from the moment when a file is begun: a file takes about as long. */
const LONGEST_WRITE = 3;

/**
 * Kills a process that saves checkpoints, at random moments, so many times: half of them while a file is written. After each kill all files that are there must be whole, and
 * the latest must be the last one that was said to be saved, or a later one.
 *
 * @returns how often a kill came within a save
 * @throws Error if a save is lost or damaged
 */
export async function killSaves(kills: number, random: () => number): Promise<number> {
  const work = mkdtempSync(join(tmpdir(), 'itop-soak-'));
  const folder = join(work, 'saves');
  const saver = await bundled(join(work, 'saver.mjs'));
  const model = numberedModel();
  let within = 0;
  for (let kill = 0; kill < kills; kill++) {
    const said = await saveUntilKilled(saver, folder, random(), kill % 2 === 1);
    const names = readdirSync(folder);
    if (names.some((name) => name.endsWith('.part'))) within++;
    for (const name of names.filter((each) => each.endsWith('.safetensors')))
      await check(fileStore(join(folder, name)));
    const latest = await check(folderStore(folder));
    if (latest < said) throw new Error(`soak: save ${said} must be there, received ${latest} after kill ${kill}.`);
  }
  rmSync(work, {recursive: true});
  model.dispose();
  return within;

  async function check(store: ReturnType<typeof fileStore>): Promise<number> {
    const {n} = (await loadCheckpoint(store, {model})).data as {n: number};
    if (!hasNumber(model, n)) throw new Error(`soak: the weights of save ${n} must be those that were saved.`);
    return n;
  }
}

/** The saver as one file, which starts sooner. @returns its name */
async function bundled(outfile: string): Promise<string> {
  await build({
    entryPoints: [fileURLToPath(new URL('saver.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
    banner: {js: "import {createRequire} from 'node:module'; const require = createRequire(import.meta.url);"},
  });
  return outfile;
}

/** Resolves when the next file is begun. */
function fileBegun(folder: string): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(folder, (_, name) => {
      if (!name?.endsWith('.part')) return;
      watcher.close();
      resolve();
    });
  });
}

/** @returns the number of the last save that the process has said to be done */
async function saveUntilKilled(script: string, folder: string, share: number, isWithin: boolean): Promise<number> {
  const saver = spawn(process.execPath, [script, folder], {stdio: ['ignore', 'pipe', 'pipe']});
  const ended = new Promise<string | null>((resolve) => saver.once('close', (_, signal) => resolve(signal)));
  let [said, errors] = ['', ''];
  const first = new Promise<void>((resolve) => {
    saver.stdout.on('data', (text) => {
      said += text;
      resolve();
    });
  });
  saver.stderr.on('data', (text) => {
    errors += text;
  });
  await Promise.race([first, ended]);
  if (isWithin) await fileBegun(folder);
  await setTimeout(share * (isWithin ? LONGEST_WRITE : LONGEST));
  saver.kill('SIGKILL');
  if ((await ended) !== 'SIGKILL') throw new Error(`soak: the saver must run until it is killed, received ${errors}`);
  // What comes after the last line end was not said to the end.
  return Number(said.split('\n').at(-2));
}
