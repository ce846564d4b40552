import {copyFileSync, mkdtempSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {gunzipSync, gzipSync} from 'node:zlib';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {type LoadedDigits, loadMnist} from '../../../examples/quickstart/loadMnist.ts';
import {describeRealData, mnistFolder, readBytes} from '../../support/realData.ts';

const NAMES = [
  'train-images-idx3-ubyte',
  'train-labels-idx1-ubyte',
  't10k-images-idx3-ubyte',
  't10k-labels-idx1-ubyte',
];
const images = (count: number, side = 28) =>
  Uint8Array.of(0, 0, 8, 3, 0, 0, 0, count, 0, 0, 0, side, 0, 0, 0, side, ...new Uint8Array(count * side * side));
const labels = (count: number, label = 3) => Uint8Array.of(0, 0, 8, 1, 0, 0, 0, count, ...Array(count).fill(label));
const log = () => {};

function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'itop-mnist-'));
}

/** A folder with small files in the format of MNIST. */
function smallFolder(changes: Record<string, Uint8Array | undefined> = {}): string {
  const folder = temporaryFolder();
  const files = {
    [NAMES[0]]: images(4),
    [NAMES[1]]: labels(4),
    [NAMES[2]]: images(2),
    [NAMES[3]]: labels(2),
    ...changes,
  };
  for (const [name, bytes] of Object.entries(files)) if (bytes) writeFileSync(join(folder, name), bytes);
  return folder;
}

describe('loadMnist from a folder', () => {
  it('does not call images MNIST that only have its format', async () => {
    const {train, test, source} = await loadMnist({folder: smallFolder(), download: false, log});
    expect([train.count, test.count, source]).toEqual([4, 2, 'images in the format of MNIST']);
  });

  it('reads gzipped files and names with a dot', async () => {
    const folder = smallFolder({
      [NAMES[0]]: undefined,
      'train-images.idx3-ubyte': images(4),
      [NAMES[1]]: undefined,
      [`${NAMES[1]}.gz`]: gzipSync(labels(4)),
    });
    expect((await loadMnist({folder, download: false, log})).train.count).toBe(4);
  });

  it.each([
    [
      'a missing file',
      {[NAMES[2]]: undefined},
      'must hold the four files of MNIST, received one without t10k-images-idx3-ubyte. ' +
        'Put the published files there, gzipped or not.',
    ],
    ['a truncated file', {[NAMES[0]]: images(4).subarray(0, 99)}, `${NAMES[0]} cannot be used (parseIdx: an array of`],
    [
      'a truncated gzip file',
      {[NAMES[1]]: gzipSync(labels(4)).subarray(0, 15)},
      'cannot be used (maybeGunzip: gzip data',
    ],
    [
      'parts that do not fit',
      {[NAMES[3]]: labels(3)},
      'cannot be used (datasetFromIdx: labels must have the shape [2]',
    ],
    [
      'a label above 9',
      {[NAMES[3]]: labels(2, 11)},
      'cannot be used (datasetFromIdx: labels must be below 10, received 11',
    ],
    ['images of another size', {[NAMES[2]]: images(2, 5)}, 'must have 28 x 28 pixels, received [5,5,1].'],
  ])('rejects %s in one sentence, and never takes other data instead', async (_, changes, message) => {
    const folder = smallFolder(changes);
    const loading = loadMnist({folder, download: true, log});
    await expect(loading).rejects.toThrow(message);
    await expect(loading).rejects.toThrow(/^loadMnist: /);
    await expect(loading).rejects.toThrow(folder);
  });
});

describe('loadMnist without MNIST', () => {
  const messages: string[] = [];
  const cacheFolder = temporaryFolder();
  let digits: LoadedDigits;
  beforeAll(async () => {
    digits = await loadMnist({cacheFolder, download: false, log: (message) => messages.push(message)});
  });

  it('makes digits and says what they are and why', () => {
    expect(digits.source).toBe('synthetic digits (built in)');
    expect([digits.train.count, digits.test.count]).toEqual([20000, 5000]);
    expect(messages).toEqual([
      `MNIST is not in ${cacheFolder} and downloads are off: taking the built-in synthetic digits.`,
    ]);
  });

  it('looks into XDG_CACHE_HOME, and makes the same digits every time', async () => {
    const before = process.env.XDG_CACHE_HOME;
    process.env.XDG_CACHE_HOME = temporaryFolder();
    const messages: string[] = [];
    const again = await loadMnist({download: false, log: (message) => messages.push(message)});
    expect(messages[0]).toContain(join(process.env.XDG_CACHE_HOME, 'itop', 'mnist'));
    expect(Buffer.compare(again.train.inputs, digits.train.inputs)).toBe(0);
    if (before === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = before;
  });
});

describe('loadMnist with mirrors', () => {
  /** What the mirror sends, by path. */
  const served = new Map<string, Uint8Array>();
  const server = createServer((request, response) => {
    const bytes = served.get(request.url ?? '');
    response.writeHead(bytes ? 200 : 404).end(bytes);
  });
  let address = '';

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    served.set('/forged/train-images-idx3-ubyte.gz', gzipSync(images(4)));
    served.set('/truncated/train-images-idx3-ubyte.gz', gzipSync(images(4)).subarray(0, 20));
  });

  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it('keeps nothing of a download that is truncated or not MNIST, and tries the next mirror', async () => {
    const cacheFolder = temporaryFolder();
    const messages: string[] = [];
    const mirrors = ['missing', 'truncated', 'forged'].map((name) => `${address}/${name}`);
    const {source} = await loadMnist({cacheFolder, download: true, mirrors, log: (message) => messages.push(message)});
    expect(source).toBe('synthetic digits (built in)');
    expect(readdirSync(cacheFolder)).toEqual([]);
    expect(messages.filter((message) => !message.startsWith('Downloading'))).toEqual([
      expect.stringContaining('the server answered 404'),
      expect.stringContaining('maybeGunzip: gzip data must be whole'),
      expect.stringMatching(/the content of train-images-idx3-ubyte must have the SHA-256 ba89\w+, received \w+\./),
      `MNIST is not in ${cacheFolder} and could not be downloaded: taking the built-in synthetic digits.`,
    ]);
  });

  describeRealData('MNIST', mnistFolder, () => {
    it('is known by its content, in a folder', async () => {
      const {train, test, source} = await loadMnist({folder: mnistFolder, download: false, log});
      expect([train.count, test.count, source]).toEqual([60000, 10000, 'MNIST']);
    });

    it('is downloaded once into the cache, also in place of a damaged file', async () => {
      for (const name of NAMES) served.set(`/real/${name}.gz`, readBytes(join(mnistFolder, `${name}.gz`)));
      const cacheFolder = temporaryFolder();
      writeFileSync(join(cacheFolder, `${NAMES[0]}.gz`), 'damaged');
      const mirrors = [`${address}/real`];
      expect((await loadMnist({cacheFolder, download: true, mirrors, log})).source).toBe('MNIST');
      expect(readdirSync(cacheFolder).sort()).toEqual(NAMES.map((name) => `${name}.gz`).sort());
      expect((await loadMnist({cacheFolder, download: false, log})).source).toBe('MNIST');
    });

    it('is read from the cache uncompressed too', async () => {
      const cacheFolder = temporaryFolder();
      for (const name of NAMES.slice(1)) copyFileSync(join(mnistFolder, `${name}.gz`), join(cacheFolder, `${name}.gz`));
      writeFileSync(join(cacheFolder, NAMES[0]), gunzipSync(readFileSync(join(mnistFolder, `${NAMES[0]}.gz`))));
      expect((await loadMnist({cacheFolder, download: false, log})).source).toBe('MNIST');
    });
  });
});
