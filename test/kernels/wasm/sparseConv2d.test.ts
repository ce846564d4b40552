import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import {beforeAll, describe, expect, it} from 'vitest';
import '../../../src/kernels/register.ts';
import {convGeometryOf} from '../../../src/ops/convGeometry.ts';
import {sparseConv2d} from '../../../src/ops/sparseConv2d.ts';
import {releaseTopology} from '../../../src/ops/topologyResources.ts';
import {seededRandom} from '../../../src/topology/random.ts';
import {Topology} from '../../../src/topology/topology.ts';
import * as scalar from '../../support/scalar/sparseConv2d.ts';
import '../../support/relaxedSimd.ts';
import {expectClose} from '../../support/close.ts';
import {someNumbers} from '../../support/layer.ts';

/** Any convolution whose kernel fits the image; batches below, at and above the 32 samples that go through at a time. */
const convolutions = fc
  .record({
    batch: fc.constantFrom(1, 2, 5, 31, 32, 33, 40, 67),
    height: fc.integer({min: 1, max: 6}),
    width: fc.integer({min: 1, max: 6}),
    channels: fc.integer({min: 1, max: 4}),
    filters: fc.integer({min: 1, max: 5}),
    kernelHeight: fc.integer({min: 1, max: 3}),
    kernelWidth: fc.integer({min: 1, max: 3}),
    step: fc.constantFrom({strides: 1, dilations: 1}, {strides: 2, dilations: 1}, {strides: 1, dilations: 2}),
    pad: fc.constantFrom('same' as const, 'valid' as const),
    share: fc.double({min: 0, max: 1, noNaN: true}),
    seed: fc.nat(1000),
  })
  .filter(({height, width, kernelHeight, kernelWidth, step, pad}) => {
    const reach = [(kernelHeight - 1) * step.dilations + 1, (kernelWidth - 1) * step.dilations + 1];
    return pad === 'same' || (reach[0] <= height && reach[1] <= width);
  });

describe.each(['cpu', 'wasm'])('the WebAssembly convolution on %s', (backend) => {
  beforeAll(async () => {
    await tf.setBackend(backend);
  });

  it('equals the scalar loops, forward and in both gradients', () => {
    fc.assert(
      fc.property(convolutions, (c) => {
        const shape: [number, number, number, number] = [c.kernelHeight, c.kernelWidth, c.channels, c.filters];
        const size = shape.reduce((a, b) => a * b, 1);
        const topology = Topology.random(shape, Math.max(1, Math.round(c.share * size)), seededRandom(c.seed));
        const xShape: [number, number, number, number] = [c.batch, c.height, c.width, c.channels];
        const info = tf.backend_util.computeConv2DInfo(xShape, shape, c.step.strides, c.step.dilations, c.pad);
        const geometry = convGeometryOf(info);
        const x = someNumbers(c.batch * c.height * c.width * c.channels, c.seed);
        const dy = someNumbers(
          info.outShape.reduce((a, b) => a * b, 1),
          c.seed + 1,
        );
        const values = someNumbers(topology.nnz, c.seed + 2);
        const [y, dx, dValues] = [dy, x, values].map(({length}) => new Float32Array(length));
        scalar.forward(x, values, topology, geometry, y);
        scalar.backpropInput(dy, values, topology, geometry, dx);
        scalar.backpropValues(x, dy, topology, geometry, dValues);
        tf.tidy(() => {
          const inputs = [tf.tensor4d(x, xShape), tf.tensor1d(values)];
          const convolve = (x: tf.Tensor, v: tf.Tensor) =>
            sparseConv2d(x as tf.Tensor4D, v as tf.Tensor1D, topology, {...c.step, pad: c.pad});
          expectClose(convolve(inputs[0], inputs[1]).dataSync(), y);
          const [gx, gv] = tf.grads(convolve)(inputs, tf.tensor4d(dy, info.outShape));
          expectClose(gx.dataSync(), dx);
          expectClose(gv.dataSync(), dValues);
        });
        releaseTopology(topology);
      }),
      {seed: 1, numRuns: 60},
    );
  });

  it('leaves the heap as large as the first steps made it', () => {
    const x = tf.tensor4d(someNumbers(40 * 8 * 8 * 3, 1), [40, 8, 8, 3]);
    const values = tf.tensor1d(someNumbers(100, 2));
    const heap = () => (tf.backend() as unknown as {wasm?: {HEAPU8: Uint8Array}}).wasm?.HEAPU8.length;
    const step = (i: number) => {
      const topology = Topology.random([3, 3, 3, 32], 100, seededRandom(i));
      tf.dispose(tf.grads((x, v) => sparseConv2d(x as tf.Tensor4D, v as tf.Tensor1D, topology))([x, values]));
      releaseTopology(topology);
    };
    for (let i = 0; i < 5; i++) step(i);
    const before = [heap(), tf.memory().numTensors];
    for (let i = 0; i < 300; i++) step(i);
    expect([heap(), tf.memory().numTensors]).toEqual(before);
    tf.dispose([x, values]);
  });
});
