import {createHash} from 'node:crypto';
import {mkdir, readdir, readFile, rm} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import * as tf from '@tensorflow/tfjs';
import {describeValue} from '../topology/describeValue.ts';
import {writeAtomically} from './writeAtomically.ts';

/** Names of files of weights made here; each content has a name of its own, so that no save writes over one. */
const OWN_WEIGHTS = /^weights-[0-9a-f]{16}\.bin$/;

/**
 * Saves models of tfjs, sparse or not, into a folder, and loads them from there; for Node, without tfjs-node.
 *
 * The folder is made if it is missing. It gets `model.json` and a file of weights, in the layout that tfjs loads from everywhere. A save
 * counts as a whole: whenever it is cut off, the folder holds the model that was there before. Several models may lie in one folder, each
 * under the name of its own `.json`. Weights that are damaged are not loaded.
 *
 * @param path  of the folder, or of the `.json` in it
 * @throws TypeError if `path` is not a string with characters
 *
 * @example
 * await model.save(fileSystem('sparse'));
 * const loaded = await tf.loadLayersModel(fileSystem('sparse'));
 */
export function fileSystem(path: string): Required<Pick<tf.io.IOHandler, 'save' | 'load'>> {
  if (typeof path !== 'string' || path === '') {
    throw new TypeError(
      `fileSystem: path must be the name of a folder, received ${describeValue(path)}. Write fileSystem('models/sparse').`,
    );
  }
  const file = path.endsWith('.json') ? path : join(path, 'model.json');
  return {save: (artifacts) => save(file, artifacts), load: () => load(file)};
}

function ownName(bytes: Uint8Array): string {
  return `weights-${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}.bin`;
}

async function save(file: string, artifacts: tf.io.ModelArtifacts): Promise<tf.io.SaveResult> {
  const {modelTopology, weightSpecs = [], weightData, ...rest} = artifacts;
  if (modelTopology instanceof ArrayBuffer) {
    throw new TypeError('fileSystem: model must have a topology in JSON, received one in binary. Save a LayersModel.');
  }
  const bytes = new Uint8Array(tf.io.CompositeArrayBuffer.join(weightData));
  const name = ownName(bytes);
  const json = {modelTopology, ...rest, weightsManifest: [{paths: [name], weights: weightSpecs}]};
  const folder = dirname(file);
  try {
    await mkdir(folder, {recursive: true});
    const before = await weightsOf(file);
    await writeAtomically(join(folder, name), bytes);
    await writeAtomically(file, JSON.stringify(json)); // now the new model counts
    const stale = before.filter((other) => other !== name && OWN_WEIGHTS.test(other));
    const used = stale.length > 0 ? await weightsIn(folder) : [];
    for (const other of stale) if (!used.includes(other)) await rm(join(folder, other), {force: true});
  } catch (cause) {
    throw new Error(
      `fileSystem: "${folder}" must be a folder that can be written, received ${(cause as Error).message}. ` +
        'What was saved before is still there.',
      {cause},
    );
  }
  return {modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts)};
}

/** Names of the files of weights of the model that is there; none if there is none. */
async function weightsOf(file: string): Promise<string[]> {
  try {
    const {weightsManifest} = JSON.parse(await readFile(file, 'utf8')) as tf.io.ModelJSON;
    return weightsManifest.flatMap(({paths}) => paths);
  } catch {
    return [];
  }
}

/** Names of the files of weights of all models in a folder: models with the same weights share one. */
async function weightsIn(folder: string): Promise<string[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  return (await Promise.all(files.map((name) => weightsOf(join(folder, name))))).flat();
}

async function load(file: string): Promise<tf.io.ModelArtifacts> {
  try {
    const json = JSON.parse(await readFile(file, 'utf8')) as tf.io.ModelJSON;
    return await tf.io.getModelArtifactsForJSON(json, async (manifest) => {
      const paths = manifest.flatMap(({paths}) => paths);
      const parts = await Promise.all(paths.map((path) => readWeights(dirname(file), path)));
      const {buffer} = new Uint8Array(Buffer.concat(parts));
      return [manifest.flatMap(({weights}) => weights), buffer];
    });
  } catch (cause) {
    throw new Error(
      `fileSystem: "${file}" must be a model that was saved, received ${(cause as Error).message}. Give the folder that ` +
        'model.save was given.',
      {cause},
    );
  }
}

/** @throws Error if a file that was made here holds something else than its name says */
async function readWeights(folder: string, path: string): Promise<Buffer> {
  const bytes = await readFile(join(folder, plainName(path)));
  if (OWN_WEIGHTS.test(path) && ownName(bytes) !== path)
    throw new Error(`other bytes in ${path} than were saved there`);
  return bytes;
}

/** A file of weights lies beside its model and nowhere else. */
function plainName(path: string): string {
  if (path === basename(path) && path !== '..') return path;
  throw new Error(`weights outside of its folder, at ${describeValue(path)}`);
}
