import {deepEqual, equal, ok} from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import {sparseWeights} from 'itop';
import {DROP_FRACTION, type LayerNumbers, type Live, numbersOf, optimizers, stateOf} from './live.ts';
import {predict, type Reference} from './reference.ts';

/** Holds a training against what it must be. @throws AssertionError where they differ */
export function compare(live: Live, reference: Reference): void {
  const {model, optimizer, scheduler} = live;
  const {tracker} = scheduler;
  const weights = sparseWeights(model);
  let [explored, size] = [0, 0];
  weights.forEach(({name, weight}, i) => {
    const layer = reference.layers[i];
    const positions = [...weight.topology.positions()];
    deepEqual(positions, layer.active, `positions of ${name}`);
    equal(weight.variable.size, positions.length, `values of ${name}`);
    ok(weight.variable.dataSync().every(Number.isFinite), `finite values of ${name}`);
    const known = tracker.explored(name);
    equal(known.count, layer.explored.size, `explored positions of ${name}`);
    ok(
      [...layer.explored].every((position) => known.has(position)),
      `which positions of ${name} are explored`,
    );
    equal(tracker.rates()[name], layer.explored.size / weight.topology.size, `R_l of ${name}`);
    explored += layer.explored.size;
    size += layer.shape[0] * layer.shape[1];
  });
  equal(tracker.rate, explored / size, 'R_s');
  equal(scheduler.stepCount, reference.steps, 'steps of the scheduler');
  equal(optimizer.iterations, reference.optimizerSteps, 'steps of the optimizer');
  equal(tracker.history.length, reference.records, 'records of the tracker');
  equal(tf.memory().numTensors, tensorsOf(live, reference), 'tensors');
}

/**
 * Inputs and targets, four weights with their slots, what is the optimizer's; of each sparse layer what its probe has of one step, and the
 * topology as a tensor, once somebody has read it.
 */
function tensorsOf({setting, tensorsBefore, tensorsOfOptimizer, model, scheduler}: Live, {slotted}: Reference): number {
  const {slots} = optimizers[setting.optimizer];
  const recorded = scheduler.weights.map(
    ({weight: {probe}}) => (probe as unknown as {recordings: unknown[]}).recordings,
  );
  ok(
    recorded.every(({length}) => length <= 1),
    'probes keep one step',
  );
  const read = (model.weights as unknown as {tensor?: tf.Tensor}[]).filter(({tensor}) => tensor && !tensor.isDisposed);
  return tensorsBefore + 2 + 4 + slots * slotted + tensorsOfOptimizer + 2 * recorded.flat().length + read.length;
}

/** Looks at an update: what stays keeps its numbers, what is new starts at 0, and the smallest have gone. */
export function compareUpdate(live: Live, reference: Reference, before: readonly LayerNumbers[]): void {
  const after = numbersOf(live);
  const keepsLayers = live.setting.method !== 'sparse momentum';
  equal(countOf(after), countOf(before), 'connections of all layers');
  after.forEach(({values, slots}, i) => {
    const {name, shape} = reference.layers[i];
    const old = before[i];
    const positions = [...values.keys()];
    const [added, removed] = [without(positions, old.values), without([...old.values.keys()], values)];
    ok(
      positions.every((position, slot) => position > (positions[slot - 1] ?? -1)),
      `ascending positions of ${name}`,
    );
    ok(
      positions.every((position) => position < shape[0] * shape[1]),
      `positions within ${name}`,
    );
    if (reference.isFrozen && i === 0) {
      deepEqual(after[i], old, `the frozen layer ${name}`);
      return;
    }
    if (keepsLayers) equal(values.size, old.values.size, `connections of ${name}`);
    for (const [from, to] of [
      [old.values, values] as const,
      ...slots.map((slot, s) => [old.slots[s], slot] as const),
    ]) {
      for (const position of positions) equal(to.get(position), from.get(position) ?? 0, `a number of ${name}`);
    }
    const k = Math.ceil(DROP_FRACTION * old.values.size);
    ok(removed.length <= k && (!keepsLayers || added.length === removed.length), `connections replaced in ${name}`);
    const magnitudes = [...old.values.values()].map(Math.abs).sort((a, b) => a - b);
    ok(
      removed.every((position) => Math.abs(old.values.get(position)!) <= magnitudes[k - 1]),
      `small ones go in ${name}`,
    );
  });
}

/** Holds predictions of a model with the weights of the training against plain loops. */
export function comparePredictions(live: Live, reference: Reference, model: tf.LayersModel = live.model): void {
  const weights = sparseWeights(live.model);
  const values = weights.map(({weight}) => weight.variable.dataSync());
  const biases = weights.map(({layer}) => layer.weights[1].read().dataSync());
  const expected = predict(reference, values, biases, live.x.arraySync());
  const prediction = model.predict(live.x) as tf.Tensor;
  const actual = prediction.dataSync();
  prediction.dispose();
  actual.forEach((number, i) => {
    ok(Math.abs(number - expected[i]) <= 1e-5, `prediction ${i} must be ${expected[i]}, received ${number}`);
  });
}

/** Does what must be refused, and looks whether all is as it was. */
export async function refused(live: Live, message: RegExp, act: () => unknown): Promise<void> {
  const before = stateOf(live);
  const error = await errorOf(act);
  ok(error && message.test(error.message), `an error like ${message}, received ${error?.stack ?? 'none'}`);
  equal(stateOf(live), before, 'everything as it was before the error');
}

/** The error of a call; undefined if there is none. */
export async function errorOf(act: () => unknown): Promise<Error | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

function countOf(layers: readonly LayerNumbers[]): number {
  return layers.reduce((sum, {values}) => sum + values.size, 0);
}

function without(positions: readonly number[], others: ReadonlyMap<number, number>): number[] {
  return positions.filter((position) => !others.has(position));
}
