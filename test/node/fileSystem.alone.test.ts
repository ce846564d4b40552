import {mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import fs from 'node:fs/promises';
import {syncBuiltinESMExports} from 'node:module';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import * as tf from '@tensorflow/tfjs';
import {SETScheduler} from 'itop';
import {fileSystem} from 'itop/node';
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import {positionsOf, smallModel, someData, trainSteps} from '../support/training.ts';

let folder: string;

beforeEach(async () => {
  await tf.setBackend('cpu');
  folder = mkdtempSync(join(tmpdir(), 'itop-model-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, {recursive: true});
});

/** What a model predicts. */
function predictions(model: tf.LayersModel): number[] {
  return tf.tidy(() => Array.from((model.predict(someData().x) as tf.Tensor).dataSync()));
}

describe('fileSystem', () => {
  it('saves a sparse model and its optimizer into a new folder, and loads both', async () => {
    const model = smallModel();
    const scheduler = new SETScheduler(model, {updateInterval: 2, dropFraction: 0.3, seed: 1});
    await trainSteps(model, scheduler, 5);
    const path = join(folder, 'deep', 'sparse');
    const {modelArtifactsInfo} = await model.save(fileSystem(path), {includeOptimizer: true});
    expect(modelArtifactsInfo.weightDataBytes).toBeGreaterThan(0);
    const files = readdirSync(path).sort();
    expect(files).toEqual(['model.json', expect.stringMatching(/^weights-[0-9a-f]{16}\.bin$/)]);

    const loaded = await tf.loadLayersModel(fileSystem(path));
    expect(positionsOf(loaded)).toEqual(positionsOf(model));
    expect(predictions(loaded)).toEqual(predictions(model));
    // It goes on as the model that was never saved.
    const resumed = new SETScheduler(loaded, {updateInterval: 2, dropFraction: 0.3, resume: scheduler.toJSON()});
    expect(await trainSteps(loaded, resumed, 5)).toEqual(await trainSteps(model, scheduler, 5));
  });

  it('takes the place of what it saved there before', async () => {
    const [first, second] = [smallModel(undefined, 1), smallModel(undefined, 2)];
    await first.save(fileSystem(folder));
    await second.save(fileSystem(folder));
    expect(readdirSync(folder)).toHaveLength(2);
    expect(predictions(await tf.loadLayersModel(fileSystem(join(folder, 'model.json'))))).toEqual(predictions(second));
    await second.save(fileSystem(folder));
    expect(predictions(await tf.loadLayersModel(fileSystem(folder)))).toEqual(predictions(second));
  });

  it('leaves the model that was there, wherever a save is cut off', async () => {
    const [first, second] = [smallModel(undefined, 1), smallModel(undefined, 2)];
    await first.save(fileSystem(folder));
    const before = readdirSync(folder).sort();
    const {open, rename} = fs;
    // The disk is full; the weights, then the model cannot be put in place.
    const faults = [
      () =>
        vi.spyOn(fs, 'open').mockImplementation(async (path, flags) => {
          const file = await open(path, flags);
          if (flags === 'w') file.writeFile = () => Promise.reject(new Error('ENOSPC: no space left on device'));
          return file;
        }),
      () => vi.spyOn(fs, 'rename').mockRejectedValue(new Error('EIO: i/o error')),
      () =>
        vi.spyOn(fs, 'rename').mockImplementation((from, to) => {
          if (String(to).endsWith('.json')) return Promise.reject(new Error('EIO: i/o error'));
          return rename(from, to);
        }),
    ];
    for (const fault of faults) {
      const spy = fault();
      syncBuiltinESMExports();
      await expect(second.save(fileSystem(folder))).rejects.toThrow(
        /^fileSystem: ".*" must be a folder that can be written, received E\w+: .*\. What was saved before is still there\.$/,
      );
      spy.mockRestore();
      syncBuiltinESMExports();
      expect(readdirSync(folder)).toEqual(expect.arrayContaining(before));
      expect(readdirSync(folder).filter((name) => name.includes('.part'))).toEqual([]);
      expect(predictions(await tf.loadLayersModel(fileSystem(folder)))).toEqual(predictions(first));
    }
  });

  it('leaves the weights of other models in the folder, also of one that has the same', async () => {
    const [first, second] = [smallModel(undefined, 1), smallModel(undefined, 2)];
    const [firstFile, bestFile] = ['first.json', 'best.json'].map((name) => join(folder, name));
    for (const file of [firstFile, bestFile]) await first.save(fileSystem(file));
    await second.save(fileSystem(bestFile));
    expect(predictions(await tf.loadLayersModel(fileSystem(firstFile)))).toEqual(predictions(first));
    expect(predictions(await tf.loadLayersModel(fileSystem(bestFile)))).toEqual(predictions(second));
    await second.save(fileSystem(firstFile));
    expect(readdirSync(folder).filter((name) => name.endsWith('.bin'))).toHaveLength(1);
  });

  it('removes no files but its own', async () => {
    mkdirSync(join(folder, 'other'));
    writeFileSync(join(folder, 'weights.bin'), 'mine');
    writeFileSync(
      join(folder, 'model.json'),
      JSON.stringify({weightsManifest: [{paths: ['weights.bin'], weights: []}]}),
    );
    await smallModel().save(fileSystem(folder));
    expect(readFileSync(join(folder, 'weights.bin'), 'utf8')).toBe('mine');
  });

  it('loads weights in several files, as tfjs writes them elsewhere', async () => {
    const model = smallModel();
    await model.save(fileSystem(folder));
    const file = join(folder, 'model.json');
    const json = JSON.parse(readFileSync(file, 'utf8'));
    const [name] = json.weightsManifest[0].paths;
    const bytes = readFileSync(join(folder, name));
    writeFileSync(join(folder, 'shard1.bin'), bytes.subarray(0, 100));
    writeFileSync(join(folder, 'shard2.bin'), bytes.subarray(100));
    json.weightsManifest[0].paths = ['shard1.bin', 'shard2.bin'];
    writeFileSync(file, JSON.stringify(json));
    expect(predictions(await tf.loadLayersModel(fileSystem(folder)))).toEqual(predictions(model));
  });

  it.each([
    ['nothing', () => {}, /received ENOENT: .*Give the folder that model\.save was given\.$/],
    ['no JSON', () => writeFileSync(join(folder, 'model.json'), '{"mod'), /received .*JSON/],
    [
      'weights elsewhere',
      () => {
        writeFileSync(
          join(folder, 'model.json'),
          JSON.stringify({modelTopology: {}, weightsManifest: [{paths: ['../../etc/passwd'], weights: []}]}),
        );
      },
      /received weights outside of its folder, at "\.\.\/\.\.\/etc\/passwd"\./,
    ],
    [
      'half of a model',
      async () => {
        await smallModel().save(fileSystem(folder));
        const [weights] = readdirSync(folder).filter((name) => name.startsWith('weights'));
        renameSync(join(folder, weights), join(folder, 'lost.bin'));
      },
      /received ENOENT/,
    ],
    ...(['cut', 'changed', 'continued'] as const).map((how): [string, () => Promise<void>, RegExp] => [
      `weights that were ${how}`,
      async () => {
        await smallModel().save(fileSystem(folder));
        const file = join(folder, readdirSync(folder).find((name) => name.startsWith('weights'))!);
        const bytes = readFileSync(file);
        bytes[3] ^= how === 'changed' ? 1 : 0;
        writeFileSync(
          file,
          how === 'cut' ? bytes.subarray(5) : Buffer.concat([bytes, Buffer.alloc(how === 'continued' ? 40 : 0)]),
        );
      },
      /received other bytes in weights-\w+\.bin than were saved there\./,
    ]),
  ])('says what is wrong with a folder that holds %s', async (_, prepare, message) => {
    await prepare();
    await expect(tf.loadLayersModel(fileSystem(folder))).rejects.toThrow(
      new RegExp(`^fileSystem: ".*model\\.json" must be a model that was saved, ${message.source}`),
    );
  });

  it.each([[undefined], [''], [7], [null]])('must be given a path, not %o', (path) => {
    expect(() => fileSystem(path as string)).toThrow(
      new TypeError(
        `fileSystem: path must be the name of a folder, received ${path === undefined ? 'undefined' : JSON.stringify(path)}. ` +
          "Write fileSystem('models/sparse').",
      ),
    );
  });
});

describe('file://', () => {
  it('goes to fileSystem, as a path or as a URL', async () => {
    const model = smallModel();
    await model.save(`file://${folder}/my model`);
    const {href} = pathToFileURL(join(folder, 'my model', 'model.json'));
    expect(href).toContain('my%20model');
    expect(predictions(await tf.loadLayersModel(href))).toEqual(predictions(model));
    expect(predictions(await tf.loadLayersModel(`file://${folder}/my model/model.json`))).toEqual(predictions(model));
    await expect(model.save(`file://${folder}/100%`)).rejects.toThrow(
      `file://: an address with three slashes must be a URL, received "file://${folder}/100%": URI malformed. Write % as %25`,
    );
  });

  it('gives way to another package, whenever that is loaded', async () => {
    const saved: string[] = [];
    const other = (url: string) => ({
      save: async (artifacts: tf.io.ModelArtifacts) => {
        saved.push(url);
        return {modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts)};
      },
    });
    let isLoaded = true;
    tf.io.registerSaveRouter((url) =>
      isLoaded && String(url).startsWith('file://') ? other(String(url)) : (null as never),
    );
    await smallModel().save(`file://${folder}/elsewhere`);
    isLoaded = false;
    expect(saved).toEqual([`file://${folder}/elsewhere`]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is registered once in a process, however many copies of the library there are', async () => {
    vi.resetModules();
    await import('../../src/node/registerFileScheme.ts').then(({registerFileScheme}) => registerFileScheme());
    expect(tf.io.getSaveHandlers('file://somewhere')).toHaveLength(1);
    expect(tf.io.getLoadHandlers('file://somewhere')).toHaveLength(1);
  });
});
