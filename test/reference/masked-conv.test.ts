import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import {maskedConv2d} from 'itop';
import {describe, expect, it} from 'vitest';
import {atActive, topologyFromTorch} from '../support/layer.ts';
import {describeReference, fromTorch, readReference} from '../support/reference.ts';
import {isNear} from '../support/reparameterized.ts';

interface Case {
  name: string;
  op: string;
  stride: number;
  padding: 'same' | 'valid';
  dilation: number;
  weight: number[];
  weight_shape: number[];
  weight_mask: number[];
  grad_weight: number[];
  dense_grad_weight: number[];
  bias: number[] | null;
  x: number[];
  x_shape: number[];
  y: number[];
  y_shape: number[];
  upstream: number[];
  grad_x: number[];
}

describe.each(['cpu', 'wasm'])('on %s', (backend) => {
  describeReference('convolutions under a mask against PyTorch', () => {
    // Convolutions of other kinds have no sparse form.
    const cases = readReference<Case[]>('masked-conv').filter(({op}) => op === 'conv2d');

    it.each(cases)('$name: output, gradients, and the gradient at all positions', async (each) => {
      await tf.setBackend(backend);
      const {weight_shape: shape, stride, padding, dilation, bias} = each;
      const image = (numbers: number[], of: number[]) => tf.transpose(tf.tensor(numbers, of), [0, 2, 3, 1]);
      const x = image(each.x, each.x_shape);
      const topology = topologyFromTorch(shape, each.weight_mask);
      const layer = maskedConv2d({
        filters: shape[0],
        kernelSize: [shape[2], shape[3]],
        strides: stride,
        padding,
        dilationRate: dilation,
        nnz: topology.nnz,
        useBias: bias != null,
      });
      layer.build(x.shape);
      const {sparseWeight: weight} = layer;
      weight.topology = topology;
      weight.variable.assign(tf.tensor1d(atActive(topology, fromTorch(shape, each.weight))));
      if (bias) layer.bias!.write(tf.tensor1d(bias));
      const inFileOrder = (tensor: tf.Tensor) => [...tf.transpose(tensor, [0, 3, 1, 2]).dataSync()];
      expect(isNear(inFileOrder(layer.call(x, {})), each.y)).toBe(true);

      weight.probe.arm();
      const upstream = image(each.upstream, each.y_shape);
      const loss = (input: tf.Tensor) => tf.sum(tf.mul(layer.call(input, {}), upstream)) as tf.Scalar;
      const {grads} = tf.variableGrads(() => loss(x), [weight.variable]);
      const active = [...grads[weight.variable.name].dataSync()];
      const all = (await weight.probe.read()).block(0, topology.size);
      weight.probe.disarm();
      expect(isNear(active, [...atActive(topology, fromTorch(shape, each.grad_weight))])).toBe(true);
      expect(isNear([...all], fromTorch(shape, each.dense_grad_weight))).toBe(true);
      expect(isNear(inFileOrder(tf.grad(loss)(x)), each.grad_x)).toBe(true);
    });
  });
});
