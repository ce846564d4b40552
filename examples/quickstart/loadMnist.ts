import {existsSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {homedir} from 'node:os';
import {join} from 'node:path';
import {
  type Dataset,
  datasetFromIdx,
  type IdxArray,
  maybeGunzip,
  parseIdx,
  seededRandom,
  syntheticDigits,
} from 'itop/data';
import {download, sha256, writeWhole} from './download.ts';
import type {DataSource} from './results.ts';

/** The four files of MNIST with the checksums of their content, uncompressed. */
const FILES = {
  'train-images-idx3-ubyte': 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
  'train-labels-idx1-ubyte': '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
  't10k-images-idx3-ubyte': '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
  't10k-labels-idx1-ubyte': 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
};
type FileName = keyof typeof FILES;
const FILE_NAMES = Object.keys(FILES) as FileName[];

const MIRRORS = ['https://storage.googleapis.com/cvdf-datasets/mnist', 'https://ossci-datasets.s3.amazonaws.com/mnist'];

/** The built-in digits are one fixed data set, like MNIST, whatever the seed of the training. */
const SYNTHETIC = {seed: 'built-in digits', train: 20_000, test: 5_000};

/** Where to look for MNIST. */
export interface LoadMnistOptions {
  /** The folder with the four files; if given, there is no other source. */
  readonly folder?: string;
  /** @defaultValue `itop/mnist` in XDG_CACHE_HOME, or in ~/.cache */
  readonly cacheFolder?: string;
  /** Fetch what the cache lacks. */
  readonly download: boolean;
  /** Told in one sentence what is done and why. */
  readonly log: (message: string) => void;
  /** Web folders with the four gzipped files, tried in turn. @defaultValue the two well-known mirrors */
  readonly mirrors?: readonly string[];
  /** Milliseconds to wait for a mirror that does not answer. @defaultValue 4000 */
  readonly patience?: number;
}

/** Training and test part, and what they are. */
export interface LoadedDigits {
  readonly train: Dataset;
  readonly test: Dataset;
  readonly source: DataSource;
}

/**
 * MNIST from the given folder, else from the cache, else downloaded into the cache; where none of them works, digits from
 * the built-in generator.
 *
 * @throws Error if a folder is given and one of its files is missing or broken
 */
export async function loadMnist(options: LoadMnistOptions): Promise<LoadedDigits> {
  if (options.folder !== undefined) return assemble(await readFolder(options.folder), options.folder);
  const cacheFolder = options.cacheFolder ?? defaultCacheFolder();
  const files = await fromCacheOrMirrors(cacheFolder, options);
  return files ? assemble(files, cacheFolder) : builtInDigits();
}

/** One of the files. */
interface DigitFile {
  readonly array: IdxArray;
  /** SHA-256 of the content, uncompressed. */
  readonly sum: string;
}
type DigitFiles = Record<FileName, DigitFile>;

/** The four files of a folder, each under any of its usual names. */
async function readFolder(folder: string): Promise<DigitFiles> {
  const files: Partial<DigitFiles> = {};
  for (const name of FILE_NAMES) {
    const path = findFile(folder, name);
    if (!path) {
      throw new Error(
        `loadMnist: the folder ${folder} must hold the four files of MNIST, received one without ${name}. ` +
          'Put the published files there, gzipped or not.',
      );
    }
    files[name] = await explained(path, async () => parseFile(await readFile(path)));
  }
  return files as DigitFiles;
}

/** The four files as published, or nothing (and the reason in the log). */
async function fromCacheOrMirrors(cacheFolder: string, options: LoadMnistOptions): Promise<DigitFiles | undefined> {
  const {log, patience = 4000} = options;
  const mirrors = options.download ? [...(options.mirrors ?? MIRRORS)] : [];
  const files: Partial<DigitFiles> = {};
  for (const name of FILE_NAMES) {
    files[name] = await readCached(cacheFolder, name, log);
    while (!files[name] && mirrors.length > 0) {
      try {
        log(`Downloading ${mirrors[0]}/${name}.gz into ${cacheFolder}.`);
        const zipped = await download(`${mirrors[0]}/${name}.gz`, patience);
        files[name] = await parsePublished(name, zipped);
        await writeWhole(join(cacheFolder, `${name}.gz`), zipped).catch((error: Error) =>
          log(`${name}.gz could not be kept for the next time: ${error.message}.`),
        );
      } catch (error) {
        log((error as Error).message);
        mirrors.shift();
      }
    }
    if (!files[name]) {
      log(
        `MNIST is not in ${cacheFolder} and ${options.download ? 'could not be downloaded' : 'downloads are off'}: ` +
          'taking the built-in synthetic digits.',
      );
      return undefined;
    }
  }
  return files as DigitFiles;
}

async function readCached(folder: string, name: FileName, log: (message: string) => void) {
  const path = findFile(folder, name);
  if (!path) return undefined;
  try {
    return await parsePublished(name, await readFile(path));
  } catch (error) {
    log(`${path} is not used: ${(error as Error).message}`);
    return undefined;
  }
}

async function parseFile(bytes: Uint8Array): Promise<DigitFile> {
  const content = await maybeGunzip(bytes);
  return {array: parseIdx(content), sum: sha256(content)};
}

/** A file that must be exactly the published one. */
async function parsePublished(name: FileName, bytes: Uint8Array): Promise<DigitFile> {
  const file = await parseFile(bytes);
  if (file.sum !== FILES[name]) {
    throw new Error(
      `loadMnist: the content of ${name} must have the SHA-256 ${FILES[name]}, received ${file.sum}. Fetch it again.`,
    );
  }
  return file;
}

/** The file in one of its usual names: as published, or with a dot before `idx`, gzipped or not. */
function findFile(folder: string, name: FileName): string | undefined {
  const names = [name, name.replace('-idx', '.idx')];
  return names
    .flatMap((name) => [name, `${name}.gz`])
    .map((name) => join(folder, name))
    .find((path) => existsSync(path));
}

async function assemble(files: DigitFiles, folder: string): Promise<LoadedDigits> {
  const part = (name: 'train' | 't10k') =>
    explained(folder, () =>
      datasetFromIdx(files[`${name}-images-idx3-ubyte`].array, files[`${name}-labels-idx1-ubyte`].array),
    );
  const [train, test] = [await part('train'), await part('t10k')];
  for (const {sampleShape} of [train, test]) {
    if (String(sampleShape) !== '28,28,1') {
      throw new Error(
        `loadMnist: the images in ${folder} must have 28 x 28 pixels, received [${sampleShape}]. Put the files of MNIST there.`,
      );
    }
  }
  const isMnist = FILE_NAMES.every((name) => files[name].sum === FILES[name]);
  return {train, test, source: isMnist ? 'MNIST' : 'images in the format of MNIST'};
}

function builtInDigits(): LoadedDigits {
  const digits = (part: 'train' | 'test') =>
    syntheticDigits({count: SYNTHETIC[part], random: seededRandom(`${SYNTHETIC.seed}, ${part}`)});
  return {train: digits('train'), test: digits('test'), source: 'synthetic digits (built in)'};
}

function defaultCacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'itop', 'mnist');
}

/** Runs something and says in its error which file was at fault. */
async function explained<Result>(where: string, run: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (cause) {
    throw new Error(`loadMnist: ${where} cannot be used (${(cause as Error).message})`, {cause});
  }
}
