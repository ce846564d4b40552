import {readFileSync} from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import {describe, expect, it} from 'vitest';
import {gatherActive, gatherDense} from '../../src/ops/denseForm.ts';
import {sparseConv2d} from '../../src/ops/sparseConv2d.ts';
import {sparseMatMul} from '../../src/ops/sparseMatMul.ts';
import {releaseTopology} from '../../src/ops/topologyResources.ts';
import {seededRandom} from '../../src/topology/random.ts';
import {Topology} from '../../src/topology/topology.ts';
import recorded from '../fixtures/tfjsNodeKernels.json' with {type: 'json'};
import {expectClose} from '../support/close.ts';
import {someNumbers} from '../support/layer.ts';

// This process registers no sparse kernels: everything runs as the composite.
const matrix = Topology.random([6, 5], 12, seededRandom(1));
const kernel = Topology.random([3, 3, 2, 4], 20, seededRandom(2));

/** Every product of both ops, with all that they do to an output. */
function everything(): tf.Tensor[] {
  const bias = tf.tensor1d(someNumbers(5, 1));
  const multiply = (x: tf.Tensor, v: tf.Tensor, bias: tf.Tensor) =>
    sparseMatMul(x as tf.Tensor2D, v as tf.Tensor1D, matrix, {
      bias: bias as tf.Tensor1D,
      activation: 'relu',
    }) as tf.Tensor;
  const x = tf.tensor2d(someNumbers(18, 2), [3, 6]);
  const products = [multiply(x, tf.tensor1d(someNumbers(12, 3)), bias)];
  const dy = tf.tensor2d(someNumbers(15, 4), [3, 5]);
  products.push(...tf.grads(multiply)([x, tf.tensor1d(someNumbers(12, 3)), bias], dy));
  for (const options of [{strides: 2}, {dilations: 2}, {pad: 'same'}] as const) {
    const convolve = (x: tf.Tensor, v: tf.Tensor) =>
      sparseConv2d(x as tf.Tensor4D, v as tf.Tensor1D, kernel, options) as tf.Tensor;
    const image = tf.tensor4d(someNumbers(2 * 7 * 7 * 2, 5), [2, 7, 7, 2]);
    const values = tf.tensor1d(someNumbers(20, 6));
    const y = convolve(image, values);
    products.push(y, ...tf.grads(convolve)([image, values], tf.tensor(someNumbers(y.size, 7), y.shape)));
  }
  const dense = gatherDense(tf.tensor1d(someNumbers(12, 3)), matrix);
  return [...products, dense, gatherActive(dense, matrix)];
}

/** All values of a computation on a backend. */
async function valuesOn(backendName: string): Promise<Float32Array[]> {
  await tf.setBackend(backendName);
  const results = tf.tidy(everything);
  const values = await Promise.all(results.map((result) => result.data<'float32'>()));
  tf.dispose(results);
  for (const topology of [matrix, kernel]) releaseTopology(topology);
  return values;
}

/** The stock kernels that the composite runs. */
async function kernelsOfComposite(): Promise<string[]> {
  await tf.setBackend('cpu');
  const {kernelNames} = await tf.profile(() => tf.dispose(tf.tidy(everything)));
  for (const topology of [matrix, kernel]) releaseTopology(topology);
  return [...new Set(kernelNames)].filter((name) => !name.startsWith('Itop')).sort();
}

/** The names in the table of the documentation. */
function kernelsOfTable(): string[] {
  const page = readFileSync(new URL('../../docs/architecture.md', import.meta.url), 'utf8');
  const section = page.slice(page.indexOf('## What a backend needs'));
  const rows = section.split('\n').filter((line) => line.startsWith('| '));
  return rows.flatMap((row) => [...row.matchAll(/`(\w+)`/g)].map(([, name]) => name)).sort();
}

describe('the composite of stock ops', () => {
  it('runs the stock kernels that the documentation lists', async () => {
    expect(await kernelsOfComposite()).toEqual(kernelsOfTable());
  });

  it(`finds them all in ${recorded.package} ${recorded.version}`, () => {
    expect(recorded.kernels).toEqual(expect.arrayContaining(kernelsOfTable()));
  });

  it('goes on after tf.engine().reset() with a topology that was used before', async () => {
    await tf.setBackend('cpu');
    const product = () =>
      tf.tidy(() =>
        sparseMatMul(tf.ones([2, 6]), tf.ones([12]), matrix)
          .dataSync()
          .slice(),
      );
    const before = product();
    tf.engine().reset();
    await tf.setBackend('cpu');
    expect(product()).toEqual(before);
    releaseTopology(matrix);
  });

  it('finds them all in webgl', () => {
    expect(kernelsOfTable().filter((name) => tf.getKernel(name, 'webgl') == null)).toEqual([]);
  });
});

/** The native backend, if it is installed: its packages fetch a library from the web when they are. */
const native = await Promise.any(
  ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'].map((name) => import(/* @vite-ignore */ name)),
).catch(() => undefined);
if (!native) console.warn('SKIPPED: the composite on tensorflow (neither tfjs-node nor tfjs-node-gpu is installed)');

describe.skipIf(!native)('the composite on tensorflow', () => {
  it('gives the results of the cpu backend', async () => {
    const expected = await valuesOn('cpu');
    const actual = await valuesOn('tensorflow');
    for (const [i, values] of actual.entries()) expectClose(values, expected[i]);
  });
});
