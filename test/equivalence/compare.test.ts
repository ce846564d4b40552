import {expect, it} from 'vitest';
import {compare} from '../../scripts/equivalence/compare.ts';
import type {Entry} from '../../scripts/equivalence/runtime/recorder.ts';

const tolerance = {predictions: 1e-6, losses: 1e-4, countsTensors: true};
const tensor = (...data: number[]) => ({dtype: 'float32', shape: [data.length], data});
const entry = (more: Partial<Entry> = {}): Entry => ({
  label: 'fit m0',
  value: 0.5,
  error: null,
  state: {m0: {weights: [tensor(1, 2)]}},
  tensors: 0,
  isClose: false,
  ...more,
});

it('finds nothing between equal runs, nor between roundings', () => {
  expect(compare([entry()], [entry()], tolerance)).toBeUndefined();
  expect(compare([entry({value: 0.50001})], [entry()], tolerance)).toBeUndefined();
  expect(compare([entry({value: Number.NaN})], [entry({value: Number.NaN})], tolerance)).toBeUndefined();
});

it.each([
  ['value', {value: 0.501}],
  ['value', {value: Number.NaN}],
  ['value', {value: null}],
  ['error', {error: 'out of bounds'}],
  ['state.m0.weights.0', {state: {m0: {weights: [tensor(1, 2.001)]}}}],
  ['state.m0.weights.0', {state: {m0: {weights: [tensor(1)]}}}],
  ['tensors', {tensors: 1}],
])('finds another %s: %j', (path, more) => {
  expect(compare([entry(more)], [entry()], tolerance)).toMatchObject({action: '0: fit m0', path});
});

it('predictions must be closer than losses', () => {
  const [on, off] = [0.50001, 0.5].map((value) => entry({label: 'predict m0', value: tensor(value)}));
  expect(compare([on], [off], tolerance)?.path).toBe('value');
});

it.each([
  [0, 2e-6, false],
  [1e-6, 2e-6, true],
  [1e-6, 3e-5, false],
])('where weights are %d apart, predictions may be %d apart: %s', (apart, predicted, isAllowed) => {
  const run = (shift: number, prediction: number) => [
    entry({state: {m0: {weights: [tensor(0.5 + shift)]}}}),
    entry({label: 'predict m0', value: tensor(prediction)}),
  ];
  expect(compare(run(apart, 0.5 + predicted), run(0, 0.5), tolerance) === undefined).toBe(isAllowed);
});

it('after a choice between close scores nothing is compared', () => {
  const later = [entry({value: 3}), entry({value: 4})];
  expect(compare([entry({isClose: true, value: 1}), later[0]], [entry(), later[1]], tolerance)).toBeUndefined();
});

it('tensors are not counted where an action fails', () => {
  const [on, off] = [2, 5].map((tensors) => entry({error: 'depth must be at least 2', tensors}));
  expect(compare([on], [off], tolerance)).toBeUndefined();
});

it('where tensors are not counted after each action, they are in the end', () => {
  const [on, off] = [
    [entry({tensors: 2}), entry({tensors: -2})],
    [entry(), entry()],
  ];
  const atEnd = {...tolerance, countsTensors: false};
  expect(compare(on, off, atEnd)).toBeUndefined();
  expect(compare(on.slice(0, 1), off.slice(0, 1), atEnd)?.path).toBe('tensors in the end');
});
