/**
 * A sparse model goes to PyTorch, is trained there with its masks by two processes, and comes back. Needs `python3` with PyTorch, and
 * `torchrun`: `npx tsx examples/pytorch/main.ts`.
 */
import '@tensorflow/tfjs-backend-wasm';
import {execFileSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {fileURLToPath} from 'node:url';
import * as tf from '@tensorflow/tfjs';
import {SETScheduler, sparsify, startBackend, summary} from 'itop';
import {oneHot, seededRandom, syntheticDigits} from 'itop/data';
import {loadTorch, saveTorch} from 'itop/files';
import {fileStore} from 'itop/node';
import {lenet300100} from '../models/lenet300100.ts';

await startBackend('wasm');
const {inputs, labels, count} = syntheticDigits({count: 2000, random: seededRandom('digits')});
const pixels = Float32Array.from(inputs, (byte) => byte / 255);
const [x, y] = [tf.tensor2d(pixels, [count, 784]), tf.tensor2d(oneHot(labels, 10), [count, 10])];
const model = sparsify(lenet300100(), {density: 0.1, seed: 1});
model.compile({optimizer: tf.train.momentum(0.1, 0.9), loss: 'categoricalCrossentropy', metrics: ['accuracy']});
const scheduler = new SETScheduler(model, {updateInterval: 10, dropFraction: 0.3, seed: 1});
await model.fit(x, y, {epochs: 1, batchSize: 50, verbose: 0, callbacks: scheduler.callback()});

const folder = mkdtempSync(`${tmpdir()}/itop-pytorch-`);
await saveTorch(fileStore(`${folder}/model.safetensors`), model);
writeFileSync(`${folder}/x.f32`, pixels);
writeFileSync(`${folder}/y.i32`, Int32Array.from(labels));
const accuracyBefore = await accuracy();
const before = predictions();
const script = fileURLToPath(new URL('train.py', import.meta.url));
// Where nothing is redirected, torchrun of PyTorch 1.13 fails in Python 3.11.
execFileSync('torchrun', ['--standalone', '--nproc_per_node', '2', '-r', '1', '-t', '1', script, folder], {
  env: {...process.env, OMP_NUM_THREADS: '1'},
  stdio: ['ignore', 'ignore', 'inherit'],
});
check('predictions of the model in PyTorch', before, 'before.f32');

await loadTorch(fileStore(`${folder}/trained.safetensors`), model);
check('predictions of the trained model here', predictions(), 'after.f32');
console.log(`accuracy ${accuracyBefore} before PyTorch, ${await accuracy()} after; density ${summary(model).density}`);
rmSync(folder, {recursive: true});

function predictions(): Float32Array {
  return tf.tidy(() => (model.predict(x) as tf.Tensor).dataSync<'float32'>().slice());
}

async function accuracy(): Promise<string> {
  const [, share] = model.evaluate(x, y) as tf.Scalar[];
  return (await share.data())[0].toFixed(3);
}

/** Throws unless PyTorch predicts the same. */
function check(what: string, own: Float32Array, file: string): void {
  const theirs = new Float32Array(new Uint8Array(readFileSync(`${folder}/${file}`)).buffer);
  const most = own.reduce((max, value, i) => Math.max(max, Math.abs(value - theirs[i])), 0);
  if (!(most <= 1e-5 && theirs.length === own.length)) throw new Error(`${what} differ by ${most}`);
  console.log(`${what} differ by at most ${most.toExponential(1)}`);
}
