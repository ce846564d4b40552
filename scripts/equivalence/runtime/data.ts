import * as tf from '@tensorflow/tfjs';

/** Which numbers a tensor has. */
export type Values = 'smooth' | 'zeros' | 'ties' | 'negative' | 'indices' | 'signs' | 'shares' | 'classes' | 'labels';

/** How a tensor came about. */
export type Origin = 'made' | 'sliced' | 'reshaped' | 'clone' | 'computed' | 'cast' | 'int32' | 'bool';

/**
 * A tensor of numbers that depend on its seed only.
 *
 * @param shape   with the batch
 * @param values  `indices` are integers from 0 to 4, `shares` positive and of sum 1, `classes` one-hot, over the last dimension
 */
export function data(shape: number[], seed: number, values: Values = 'smooth', origin: Origin = 'made'): tf.Tensor {
  const numbers = numbersOf(shape, seed, values);
  return tf.tidy(() => {
    switch (origin) {
      case 'made':
        return tf.tensor(numbers, shape);
      case 'sliced': {
        const row = numbers.length / shape[0];
        const padded = [...new Array(row).fill(9), ...numbers, ...new Array(row).fill(9)];
        return tf.tensor(padded, [shape[0] + 2, ...shape.slice(1)]).slice([1], [shape[0]]);
      }
      case 'reshaped':
        return tf.tensor1d(numbers).reshape(shape);
      case 'clone':
        return tf.tensor(numbers, shape).clone();
      case 'computed':
        return tf.tensor(numbers, shape).mul(2).mul(0.5);
      case 'cast':
        return tf.tensor(numbers.map(Math.round), shape, 'int32').toFloat();
      case 'int32':
        return tf.tensor(numbers.map(Math.round), shape, 'int32');
      case 'bool':
        return tf.tensor(numbers, shape).greater(0.3);
    }
  });
}

/** Numbers in [-1, 1] without a pattern that layers could see. */
export function noise(seed: number, index: number): number {
  return Math.fround(Math.sin(1.7 * index + 12.9898 * seed + Math.sin(78.233 * index + seed)));
}

function numbersOf(shape: readonly number[], seed: number, values: Values): number[] {
  const size = shape.reduce((a, b) => a * b, 1);
  const raw = Array.from({length: size}, (_, i) => noise(seed, i));
  const row = shape[shape.length - 1];
  const first = (i: number) => i - (i % row);
  switch (values) {
    case 'smooth':
      return raw;
    case 'zeros':
      return raw.map((x) => (x < 0.2 ? 0 : x));
    case 'ties':
      return raw.map((x) => Math.round(2 * x) / 2);
    case 'negative':
      return raw.map((x) => -Math.abs(x) - 0.1);
    case 'indices':
      return raw.map((x) => Math.round(2 + 2 * x));
    case 'labels':
      return raw.map((x) => (x < 0 ? 0 : 1));
    case 'signs':
      return raw.map((x) => (x < 0 ? -1 : 1));
    case 'shares': {
      const exps = raw.map(Math.exp);
      return exps.map((x, i) => x / exps.slice(first(i), first(i) + row).reduce((a, b) => a + b));
    }
    case 'classes':
      return raw.map((_, i) => (i - first(i) === Math.floor(((noise(seed, first(i)) + 1) / 2) * (row - 0.01)) ? 1 : 0));
  }
}

/** Gives every weight of a model numbers that depend on the seed only; topologies stay. */
export function initialize<Model extends tf.LayersModel>(model: Model, seed: number): Model {
  tf.tidy(() => {
    model.weights.forEach((weight, place) => {
      if (weight.dtype !== 'float32') return;
      const {shape} = weight;
      const size = shape.reduce((a: number, b) => a * b!, 1);
      // About what keeps signals their size; variances must be positive.
      const scale = size > 1 ? 1 / Math.sqrt(Math.max(2, size / (shape[shape.length - 1] ?? 1))) : 0.5;
      const values = Array.from({length: size}, (_, i) => {
        const x = noise(seed + place, i + 1);
        return /variance|gamma/.test(weight.originalName) ? 1 + 0.4 * x : scale * x;
      });
      weight.write(tf.tensor(values, shape as number[]));
    });
  });
  return model;
}
