import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import {Topology} from 'itop';
import {GradientProbe, sparseMatMul} from 'itop/core';
import {describe, expect, it} from 'vitest';
import {describeReference, fromTorch, readReference} from '../support/reference.ts';
import {isNear} from '../support/reparameterized.ts';

interface CellCase {
  readonly name: string;
  readonly cell: 'lstm' | 'gru';
  readonly reset_after?: boolean;
  readonly input_size: number;
  readonly hidden_size: number;
  readonly batch: number;
  readonly steps: number;
  readonly weight_ih: number[];
  readonly weight_hh: number[];
  readonly mask_ih: number[];
  readonly mask_hh: number[];
  readonly bias_ih: number[];
  readonly bias_hh: number[];
  readonly x: number[];
  readonly h0: number[];
  readonly c0?: number[];
  readonly y: number[];
  readonly upstream: number[];
  readonly grad_weight_ih: number[];
  readonly grad_weight_hh: number[];
  readonly dense_grad_weight_ih: number[];
  readonly dense_grad_weight_hh: number[];
  readonly grad_x: number[];
}

type State = readonly [h: tf.Tensor2D, c: tf.Tensor2D | undefined];

/** A sparse kernel that is used at every step: its values, its product and its probe. */
class Kernel {
  readonly topology: Topology;
  readonly values: tf.Variable;
  readonly probe = new GradientProbe();

  constructor(
    private readonly torchShape: readonly number[],
    weight: readonly number[],
    mask: readonly number[],
    private readonly bias: readonly number[],
  ) {
    this.topology = Topology.fromMask([torchShape[1], torchShape[0]], fromTorch(torchShape, mask));
    this.values = tf.variable(tf.tensor1d(this.active(weight)));
    this.probe.arm();
  }

  /** Numbers of the file's weight at the connections, by slot. */
  active(numbers: readonly number[]): number[] {
    const ours = this.ours(numbers);
    return Array.from(this.topology.positions(), (position) => ours[position]);
  }

  /** Numbers of the file's weight at all positions. */
  ours(numbers: readonly number[]): number[] {
    return fromTorch(this.torchShape, numbers);
  }

  /** The products of all gates, `[batch, hidden]` each. */
  gates(x: tf.Tensor2D, gates: number): tf.Tensor2D[] {
    const bias = tf.tensor1d(this.bias as number[]);
    return tf.split(
      sparseMatMul(x, this.values as tf.Tensor as tf.Tensor1D, this.topology, {bias, probe: this.probe}),
      gates,
      1,
    );
  }
}

/** One step of a cell, by its equations. */
function step(each: CellCase, input: Kernel, recurrent: Kernel, x: tf.Tensor2D, [h, c]: State): State {
  if (each.cell === 'lstm') {
    const ofInput = input.gates(x, 4);
    const [i, f, g, o] = recurrent.gates(h, 4).map((gate, k) => tf.add<tf.Tensor2D>(gate, ofInput[k]));
    const next = tf.add<tf.Tensor2D>(tf.mul(tf.sigmoid(f), c!), tf.mul(tf.sigmoid(i), tf.tanh(g)));
    return [tf.mul(tf.sigmoid(o), tf.tanh(next)), next];
  }
  const ofInput = input.gates(x, 3);
  const ofState = recurrent.gates(h, 3);
  const [r, z] = [0, 1].map((k) => tf.sigmoid(tf.add<tf.Tensor2D>(ofInput[k], ofState[k])));
  const reset = each.reset_after ? tf.mul(r, ofState[2]) : recurrent.gates(tf.mul(r, h), 3)[2];
  const n = tf.tanh(tf.add(ofInput[2], reset));
  return [tf.add(tf.mul(tf.sub(1, z), n), tf.mul(z, h)), undefined];
}

describeReference('the sparse product in recurrent cells, at every step', () => {
  describe.each(['cpu', 'wasm'])('on %s', (backend) => {
    it.each(readReference<CellCase[]>('masked-rnn'))('$name', async (each) => {
      await tf.setBackend(backend);
      const {batch, steps, input_size: inputs, hidden_size: hidden} = each;
      const rows = each.bias_ih.length;
      const input = new Kernel([rows, inputs], each.weight_ih, each.mask_ih, each.bias_ih);
      const recurrent = new Kernel([rows, hidden], each.weight_hh, each.mask_hh, each.bias_hh);
      const x = tf.tensor3d(each.x, [batch, steps, inputs]);
      const outputs = (given: tf.Tensor) => {
        let state: State = [tf.tensor2d(each.h0, [batch, hidden]), each.c0 && tf.tensor2d(each.c0, [batch, hidden])];
        const ys = tf.unstack(given, 1).map((xt) => {
          state = step(each, input, recurrent, xt as tf.Tensor2D, state);
          return state[0];
        });
        return tf.stack(ys, 1);
      };
      const loss = (given: tf.Tensor) =>
        tf.sum(tf.mul(outputs(given), tf.tensor3d(each.upstream, [batch, steps, hidden]))) as tf.Scalar;
      expect(isNear([...outputs(x).dataSync()], each.y)).toBe(true);
      const {grads} = tf.variableGrads(() => loss(x), [input.values, recurrent.values]);
      const [ofInput, ofRecurrent] = [input, recurrent].map(({values}) => [...grads[values.name].dataSync()]);
      expect(isNear(ofInput, input.active(each.grad_weight_ih))).toBe(true);
      expect(isNear(ofRecurrent, recurrent.active(each.grad_weight_hh))).toBe(true);
      // Growth by gradient sees the sum over the steps.
      const dense = [await input.probe.read(), await recurrent.probe.read()].map((all) => [...all.block(0, all.size)]);
      expect(isNear(dense[0], input.ours(each.dense_grad_weight_ih))).toBe(true);
      expect(isNear(dense[1], recurrent.ours(each.dense_grad_weight_hh))).toBe(true);
      for (const {probe} of [input, recurrent]) probe.disarm();
      expect(isNear([...tf.grad(loss)(x).dataSync()], each.grad_x)).toBe(true);
    });
  });
});
