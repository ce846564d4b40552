/**
 * How small are files of sparse models? LeNet-300-100, trained on digits, and ResNet-18 at density 0.05, against the dense files of
 * TensorFlow.js, raw and gzipped: `npx tsx scripts/sparseSizes.ts`. The tables are in docs/guide/saving.md.
 */
import '@tensorflow/tfjs-backend-wasm';
import {gzipSync} from 'node:zlib';
import * as tf from '@tensorflow/tfjs';
import {SETScheduler, sparsify, startBackend, toDense} from 'itop';
import {oneHot, seededRandom, syntheticDigits} from 'itop/data';
import {loadSparse, saveSparse, type ValueKind} from 'itop/files';
import {lenet300100} from '../examples/models/lenet300100.ts';
import {resnet18} from '../examples/models/resnet18.ts';

const KINDS: readonly ValueKind[] = ['float32', 'float16', 'int8'];
const SMALLEST_GAIN = {float32: 12, float16: 12, int8: 25};

await startBackend('wasm');
const [train, test] = [digits(8000, 'train'), digits(4000, 'test')];
const lenet = sparsify(lenet300100(), {density: 0.05, seed: 1});
lenet.compile({optimizer: tf.train.momentum(0.1, 0.9), loss: 'categoricalCrossentropy', metrics: ['accuracy']});
const scheduler = new SETScheduler(lenet, {updateInterval: 50, dropFraction: 0.3, seed: 1});
await lenet.fit(train.x, train.y, {epochs: 8, batchSize: 50, verbose: 0, callbacks: scheduler.callback()});

console.log('| network | file | raw | gzipped | raw, of dense | test accuracy |\n|---|---|---:|---:|---:|---:|');
await report('LeNet-300-100', lenet, (model) => `${(100 * accuracy(model)).toFixed(2)} %`);
await report('ResNet-18', sparsify(resnet18(), {density: 0.05, seed: 1}), () => '');

/** One row for the dense file and one for each kind. */
async function report(name: string, model: tf.LayersModel, measure: (model: tf.LayersModel) => string): Promise<void> {
  const dense = await denseFile(toDense(model));
  const row = (file: string, bytes: Uint8Array, of: string, measured: string) =>
    console.log(`| ${name} | ${file} | ${kB(bytes.length)} | ${kB(gzipSync(bytes).length)} | ${of} | ${measured} |`);
  row('dense, `model.json` and weights', dense, '', measure(model));
  for (const kind of KINDS) {
    let file = new Uint8Array(0);
    const write = async (bytes: Uint8Array<ArrayBuffer>) => {
      file = bytes;
    };
    await saveSparse({write}, model, {values: kind});
    const loaded = await loadSparse(file);
    const gain = dense.length / file.length;
    row(`sparse, ${kind}`, file, `1 / ${gain.toFixed(1)}`, measure(loaded));
    loaded.dispose();
    if (gain >= SMALLEST_GAIN[kind]) continue;
    console.error(`sparseSizes: ${kind} must be ${SMALLEST_GAIN[kind]} times smaller, is ${gain.toFixed(1)} times`);
    process.exitCode = 1;
  }
}

/** What tfjs writes for a model, as one piece. */
async function denseFile(model: tf.LayersModel): Promise<Uint8Array> {
  let file = new Uint8Array(0);
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      const {modelTopology, weightSpecs, weightData} = artifacts;
      const json = JSON.stringify({modelTopology, weightsManifest: [{paths: ['weights.bin'], weights: weightSpecs}]});
      file = new Uint8Array(Buffer.concat([Buffer.from(json), Buffer.from(weightData as ArrayBuffer)]));
      return {modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts)};
    }),
  );
  return file;
}

function accuracy(model: tf.LayersModel): number {
  return tf.tidy(() => {
    const guesses = (model.predict(test.x, {batchSize: 500}) as tf.Tensor).argMax(1);
    return guesses.equal(test.y.argMax(1)).mean().dataSync()[0];
  });
}

function digits(samples: number, seed: string): {x: tf.Tensor2D; y: tf.Tensor2D} {
  const {inputs, labels, count} = syntheticDigits({count: samples, random: seededRandom(seed)});
  const x = tf.tensor2d(
    Float32Array.from(inputs, (byte) => byte / 255),
    [count, 784],
  );
  return {x, y: tf.tensor2d(oneHot(labels, 10), [count, 10])};
}

function kB(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
