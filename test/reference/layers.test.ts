import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import {
  hardConcrete,
  type Reparameterization,
  softThreshold,
  srSte,
  swat,
  topKast,
  trainableMask,
  variationalDropout,
} from 'itop';
import {describe, expect, it} from 'vitest';
import {describeReference, readReference} from '../support/reference.ts';
import {isNear, type ReferenceLayer, ReparameterizedLayer} from '../support/reparameterized.ts';

interface Case extends ReferenceLayer {
  readonly name: string;
  readonly y: number[];
  readonly grad_weight: number[];
  readonly grad_x: number[];
}

/** Output and gradients are those of the file. */
function expectSame(
  built: ReparameterizedLayer,
  each: Case,
  extras: Readonly<Record<string, number[]>> = {},
  training = true,
) {
  expect(isNear(built.output(training), each.y), `${each.name}: y`).toBe(true);
  const gradients = built.gradients(Object.keys(extras), training);
  expect(isNear(gradients.weight, built.ours(each.grad_weight)), `${each.name}: grad_weight`).toBe(true);
  expect(isNear(gradients.x, each.grad_x), `${each.name}: grad_x`).toBe(true);
  Object.values(extras).forEach((theirs, i) => {
    expect(isNear(gradients.extras[i], theirs), `${each.name}: ${Object.keys(extras)[i]}`).toBe(true);
  });
}

describe.each(['cpu', 'wasm'])('on %s', (backend) => {
  const cases = <Read extends Case>(name: string) => readReference<Read[]>(name);
  const built = async (each: Case, reparameterization: Reparameterization) => {
    await tf.setBackend(backend);
    return new ReparameterizedLayer(each, reparameterization);
  };

  describeReference('soft thresholds against their authors', () => {
    it.each(cases<Case & {s: number; grad_s: number; num_nonzero: number}>('layer-str'))('$name', async (each) => {
      const layer = await built(each, softThreshold({initial: each.s}));
      expectSame(layer, each, {threshold: [each.grad_s]});
      const values = layer.layer.sparseWeight.computed(false).dataSync();
      expect(values.filter((value) => value !== 0).length).toBe(each.num_nonzero);
    });
  });

  describeReference('trainable masks against their authors', () => {
    interface MaskCase extends Case {
      readonly threshold: number[];
      readonly grad_threshold: number[];
      readonly alpha: number;
      readonly regularizer: number;
      readonly regularizer_grad_threshold: number[];
      readonly threshold_reset: boolean;
    }
    it.each(cases<MaskCase>('layer-trainable-mask'))('$name', async (each) => {
      const layer = await built(each, trainableMask({alpha: each.alpha}));
      layer.weight('threshold').assign(tf.tensor1d(each.threshold));
      expectSame(layer, each, {threshold: each.grad_threshold});
      // Theirs writes the zeros into the thresholds; here they count as 0 for as long as nothing is left.
      if (each.threshold_reset) return;
      const penalty = layer.penalty(['threshold'], false);
      expect(penalty.value).toBeCloseTo(each.regularizer, 7);
      expect(isNear(penalty.extras[0], each.regularizer_grad_threshold)).toBe(true);
    });
  });

  describeReference('hard concrete gates against their authors', () => {
    interface GateCase extends Case {
      readonly kind: 'dense' | 'conv';
      readonly mode: string;
      readonly temperature: number;
      readonly lamba: number;
      readonly weight_decay: number;
      readonly log_alpha: number[];
      readonly u: number[];
      readonly gate: number[];
      readonly grad_log_alpha: number[];
      readonly regularization: number;
      readonly regularization_grad_log_alpha: number[];
      readonly regularization_grad_weight: number[];
    }
    // Their convolution has its gates behind the bias where they are those of each sample, and in tests: here without a bias.
    const given = cases<GateCase>('layer-l0').filter(({mode, kind}) => mode !== 'test' || kind === 'dense');
    it.each(given)('$name', async (each) => {
      const {temperature, lamba: lambda, weight_decay: weightDecay, kind, mode, bias} = each;
      const gates = kind === 'dense' ? ('input' as const) : ('output' as const);
      const perSample = mode === 'train-per-sample';
      const made = hardConcrete({gates, lambda, weightDecay, temperature, perSample});
      // The draws of the file in the place of random ones; u = 1e-6 + (1 - 2e-6) · draw.
      let next = 0;
      const random = () => (each.u[next++ % each.u.length] - 1e-6) / (1 - 2e-6);
      const layer = await built(kind === 'conv' ? {...each, bias: null, padding: 1} : each, {
        ...made,
        apply: (values, context) => made.apply(values, {...context, random}),
        ...(perSample && {
          multiply: (x, values, context, product) => made.multiply!(x, values, {...context, random}, product),
        }),
      });
      layer.weight('logAlpha').assign(tf.tensor1d(each.log_alpha));
      // Theirs passes the bias of a convolution through the gates of each sample, whose gradients are others then; the file has one
      // gate for [sample, channel].
      const pixels = each.y.length / each.gate.length;
      const withoutBias = (y: number, i: number) => {
        const gate = Math.floor(i / pixels);
        return y - bias![gate % bias!.length] * each.gate[gate];
      };
      if (kind === 'conv' && perSample) expectSame(layer, {...each, y: each.y.map(withoutBias)});
      else expectSame(layer, each, {logAlpha: each.grad_log_alpha}, mode !== 'test');
      const penalty = layer.penalty(['logAlpha']);
      // Theirs is to be subtracted, and counts the bias, too.
      if (kind === 'conv') return;
      const ofBias = (weightDecay / 2) * bias!.reduce((sum, b) => sum + b * b, 0);
      expect(isNear([penalty.value], [-each.regularization - ofBias])).toBe(true);
      expect(
        isNear(
          penalty.extras[0],
          each.regularization_grad_log_alpha.map((g) => -g),
        ),
      ).toBe(true);
      expect(
        isNear(
          penalty.weight,
          each.regularization_grad_weight.map((g) => -g),
        ),
      ).toBe(true);
    });
  });

  describeReference('variational dropout by its formula', () => {
    interface NoiseCase extends Case {
      readonly mode: 'train' | 'test';
      readonly train_clip: boolean;
      readonly threshold: number;
      readonly log_sigma2: number[];
      readonly grad_log_sigma2: number[];
      readonly noise?: number[];
      readonly kept: number[];
      readonly kl: number;
      readonly kl_grad_weight: number[];
      readonly kl_grad_log_sigma2: number[];
    }
    // Cutting weights off in training is not offered.
    const given = cases<NoiseCase>('layer-variational-dropout').filter(({train_clip}) => !train_clip);
    it.each(given)('$name', async (each) => {
      const {threshold, mode, shape, noise = each.y, y_shape} = each;
      const made = variationalDropout({lambda: 1, threshold});
      const isConv = shape.length === 4;
      const ordered = isConv
        ? [...tf.transpose(tf.tensor(noise, y_shape as number[]), [0, 2, 3, 1]).dataSync()]
        : noise;
      // The two uniform numbers of which Box and Muller make a given normal one.
      let next = 0;
      const random = () => {
        const wanted = ordered[Math.floor(next / 2) % ordered.length];
        return next++ % 2 === 0 ? 1 - Math.exp(-(wanted ** 2) / 2) : wanted < 0 ? 0.5 : 0;
      };
      const layer = await built(
        {...each, ...(isConv && {padding: 1})},
        {
          ...made,
          multiply: (x, values, context, product) => made.multiply!(x, values, {...context, random}, product),
        },
      );
      layer.weight('logVariance').assign(tf.tensor1d(layer.ours(each.log_sigma2)));
      const learned = {logVariance: layer.ours(each.grad_log_sigma2)};
      expectSame(layer, each, mode === 'train' ? learned : {}, mode === 'train');
      const penalty = layer.penalty(['logVariance']);
      expect(isNear([penalty.value], [each.kl])).toBe(true);
      expect(isNear(penalty.weight, layer.ours(each.kl_grad_weight))).toBe(true);
      expect(isNear(penalty.extras[0], layer.ours(each.kl_grad_log_sigma2))).toBe(true);
      const values = [...layer.layer.sparseWeight.computed(false).dataSync()];
      expect(values.map((value) => (value === 0 ? 0 : 1))).toEqual(layer.ours(each.kept));
    });
  });

  describeReference('Top-KAST by its formula', () => {
    interface KastCase extends Case {
      readonly forward_density: number;
      readonly extra_backward_density: number;
      readonly regularizer_l1: number;
      readonly regularizer_l1_grad: number[];
      readonly regularizer_l2: number;
      readonly regularizer_l2_grad: number[];
    }
    it.each(cases<KastCase>('layer-top-kast'))('$name', async (each) => {
      const forward = each.forward_density;
      const backward = Math.min(1, forward + each.extra_backward_density);
      expectSame(await built(each, topKast({forward, backward})), each);
      for (const name of ['l1', 'l2'] as const) {
        const layer = await built(each, topKast({forward, backward, [name]: 1}));
        const penalty = layer.penalty([]);
        expect(isNear([penalty.value], [each[`regularizer_${name}`]])).toBe(true);
        expect(isNear(penalty.weight, layer.ours(each[`regularizer_${name}_grad`]))).toBe(true);
      }
    });
  });

  describeReference('SWAT against its authors', () => {
    interface SwatCase extends Case {
      readonly num_keep_weight: number | null;
      readonly num_keep_activation: number;
      readonly weight_mask: number[];
      readonly margin_weight: number | null;
    }
    // Whole kernels and filters are not offered; among ties exactly as many are chosen as asked, where theirs keeps all.
    const given = cases<SwatCase>('layer-swat').filter(
      ({num_keep_weight, margin_weight}) => num_keep_weight !== null && margin_weight !== 0,
    );
    it.each(given)('$name', async (each) => {
      const weights = each.num_keep_weight! / each.weight.length;
      const activations = each.num_keep_activation / each.x.length;
      const layer = await built(each, swat({weights, activations}));
      expectSame(layer, each);
      const values = [...layer.layer.sparseWeight.computed(true).dataSync()];
      expect(values.map((value) => (value === 0 ? 0 : 1))).toEqual(layer.ours(each.weight_mask));
    });
  });

  describeReference('SR-STE against its authors', () => {
    interface GroupCase {
      readonly name: string;
      readonly shape: number[];
      readonly n: number;
      readonly m: number;
      readonly weight: number[];
      readonly mask: number[];
      readonly srste?: {decay: number; upstream: number[]; grad_weight: number[]};
    }
    const given = readReference<GroupCase[]>('n-m-masks').filter(
      ({shape, m}) => shape[1] % m === 0 && shape.length > 1,
    );
    it.each(given.filter(({mask}) => mask !== undefined))('$name', async (each) => {
      const {shape, n, m, weight, srste} = each;
      const [out, inputs, size = 1] = shape;
      const isConv = shape.length === 4;
      const x_shape = isConv ? [1, inputs, size, size] : [1, inputs];
      const layer = await built(
        {
          ...each,
          x: new Array(inputs * size * size).fill(1),
          x_shape,
          upstream: new Array(out).fill(1),
          y_shape: isConv ? [1, out, 1, 1] : [1, out],
          y: [],
          grad_weight: [],
          grad_x: [],
        },
        srSte({n, m, decay: srste?.decay}),
      );
      const {sparseWeight} = layer.layer;
      expect([...sparseWeight.computed(true).dataSync()].map((value) => (value === 0 ? 0 : 1))).toEqual(
        layer.ours(each.mask.map((kept, i) => (weight[i] === 0 ? 0 : kept))),
      );
      if (!srste) return;
      const upstream = tf.tensor1d(layer.ours(srste.upstream));
      const {grads} = tf.variableGrads(
        () => tf.sum(tf.mul(sparseWeight.computed(true), upstream)) as tf.Scalar,
        [sparseWeight.variable],
      );
      expect(isNear([...Object.values(grads)[0].dataSync()], layer.ours(srste.grad_weight))).toBe(true);
    });
  });
});
