import {deepEqual, equal, ok} from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import {ExplorationTracker, seededRandom, setFusedStep, setTopologies, Topology, toDense} from 'itop';
import {loadCheckpoint, loadSparse, saveCheckpoint, saveSparse} from 'itop/files';
import {disposeOptimizer} from '../../../test/support/optimizers.ts';
import {memoryStore} from '../../../test/support/resumedTraining.ts';
import {comparePredictions, compareUpdate, errorOf, refused} from './compare.ts';
import {beginAgain, compile, end, type Live, numbersOf, schedule, stateOf, UPDATE_INTERVAL} from './live.ts';
import {beginExploring, copyOf, type Reference, record, takeUpdate} from './reference.ts';

/** Does something to a training, and the same to the reference. @param n  any number, from which the action takes its options */
type Action = (live: Live, reference: Reference, n: number) => unknown;

export const actions = {
  async train(live, reference, n) {
    for (let step = 0; step <= n % 5; step++) {
      await trainBatch(live, reference);
      await stepScheduler(live, reference);
    }
  },
  async fit(live, reference, n) {
    const epochs = 1 + (n % 3);
    const callbacks = [live.scheduler.callback()];
    await live.model.fit(live.x, live.y, {epochs, batchSize: 16, verbose: 0, callbacks});
    reference.optimizerSteps += 2 * epochs;
    reference.slotted = reference.compiled;
    for (const report of live.reports.splice(0)) takeUpdate(reference, report);
    reference.steps += 2 * epochs;
  },
  trainWithoutScheduler: trainBatch,
  predict: (live, reference) => comparePredictions(live, reference),
  async refuseNotFinite(live, reference, n) {
    const {x, y, model} = live;
    const broken = tf.tidy(() => y.mul(n % 2 === 0 ? Number.NaN : Number.POSITIVE_INFINITY));
    await refused(live, /must be finite/, () => model.trainOnBatch(x, broken));
    broken.dispose();
    await live.scheduler.step();
    equal(live.scheduler.stepCount, reference.steps, 'a step that was not taken does not count');
  },
  async failAtUpdate(live, reference, n) {
    const mishap = n % 2 === 0 ? 'grower' : 'onUpdate';
    do await trainBatch(live, reference);
    while (await stepBeforeUpdate(live, reference));
    const before = partsBut(stateOf(live));
    live.mishap = mishap;
    const error = await errorOf(() => live.scheduler.step());
    live.mishap = undefined;
    ok(error?.message.includes(`${mishap} fails`), `an error of the ${mishap}, received ${error?.stack}`);
    reference.steps++;
    for (const report of live.reports.splice(0)) takeUpdate(reference, report);
    if (mishap === 'grower') deepEqual(partsBut(stateOf(live)), before, 'everything as it was before the update');
  },
  async stepTwiceAtOnce(live, reference) {
    await trainBatch(live, reference);
    const first = stepScheduler(live, reference);
    const error = await errorOf(() => live.scheduler.step());
    ok(error?.message.includes('before the last call of step has resolved'), 'the second call is refused');
    await first;
  },
  async secondScheduler(live, reference) {
    const earlier = live.scheduler;
    schedule(live);
    beginExploring(reference);
    await refused(live, /on the scheduler of a model that was made last/, () => earlier.step());
  },
  resumeScheduler(live) {
    const saved = JSON.stringify(live.scheduler);
    schedule(live, JSON.parse(saved));
    equal(JSON.stringify(live.scheduler), saved, 'a scheduler that goes on');
  },
  restoreTracker({scheduler}) {
    const saved = JSON.stringify(scheduler.tracker);
    equal(JSON.stringify(ExplorationTracker.fromJSON(JSON.parse(saved))), saved, 'a tracker from its JSON');
  },
  async setTopologies(live, reference, n) {
    const i = n % 2;
    const {name, shape, active} = reference.layers[i];
    const before = numbersOf(live);
    const next = Topology.random(shape, 1 + (n % (shape[0] * shape[1])), seededRandom(n));
    await setTopologies(live.model, {[name]: next});
    reference.layers[i].active = [...next.positions()];
    record(reference);
    const after = numbersOf(live);
    deepEqual(after[1 - i], before[1 - i], 'the other layer');
    const pairs = [
      [before[i].values, after[i].values] as const,
      ...after[i].slots.map((slot, s) => [before[i].slots[s], slot] as const),
    ];
    for (const [from, to] of pairs) {
      for (const position of next.positions()) {
        equal(to.get(position), active.includes(position) ? from.get(position) : 0, `a number of ${name}`);
      }
    }
  },
  refuseTopologies: (live) =>
    refused(live, /setTopologies: topologies must match/, () =>
      setTopologies(live.model, {output: Topology.random([16, 5], 3, seededRandom(1))}),
    ),
  setWeights(live, reference, n) {
    const {model} = live;
    const isOther = n % 2 === 1;
    const other = Topology.random([12, 16], reference.layers[0].active.length, seededRandom(n));
    tf.tidy(() => {
      const weights = model.getWeights().map((weight) => (weight.dtype === 'int32' ? weight : weight.mul(1.5)));
      if (isOther) weights[4] = packed(other);
      model.setWeights(weights);
    });
    if (!isOther) return;
    reference.layers[0].active = [...other.positions()];
    record(reference);
  },
  refuseWeights: (live) => {
    const weights = live.model.getWeights();
    const wrong = [...weights.slice(0, 5), tf.zerosLike(weights[5])];
    return refused(live, /must hold \d+ ascending connections/, () => live.model.setWeights(wrong)).finally(() =>
      tf.dispose(wrong[5]),
    );
  },
  async save(live, reference) {
    const store = memoryStore();
    await saveCheckpoint(store, {model: live.model, scheduler: live.scheduler, data: {steps: reference.steps}});
    live.saved = {bytes: store.bytes, reference: copyOf(reference), state: stateOf(live)};
  },
  async load(live, reference) {
    // How the model was compiled is the program's to repeat.
    if (!live.saved || live.saved.reference.compiled !== reference.compiled) return;
    const {saved, model, scheduler} = live;
    if (saved.reference.isFrozen !== reference.isFrozen) {
      await refused(live, /model must have trainable/, () => loadCheckpoint(saved.bytes, {model, scheduler}));
      return;
    }
    const {data} = await loadCheckpoint(saved.bytes, {model, scheduler});
    deepEqual(data, {steps: saved.reference.steps}, 'data in the checkpoint');
    equal(stateOf(live), saved.state, 'the training as it was saved');
    Object.assign(reference, copyOf(saved.reference));
  },
  refuseDamagedCheckpoint: async (live, _, n) => {
    if (!live.saved) return;
    const {saved, model, scheduler} = live;
    const damaged = saved.bytes.slice();
    damaged[n % damaged.length] ^= 1;
    await refused(live, /received/, () => loadCheckpoint(damaged, {model, scheduler}));
  },
  async restart(live, reference, n) {
    end(live);
    equal(tf.memory().numTensors, live.tensorsBefore + 2, 'tensors of a training that is over');
    Object.assign(reference, beginAgain(live, n));
    if (live.saved?.reference.isFrozen) freeze(live, reference);
    await actions.load(live, reference);
  },
  async copyAsFile(live, reference, n) {
    const store = memoryStore();
    await saveSparse(store, live.model);
    const loaded = await loadSparse(store.bytes, {dense: n % 2 === 1});
    comparePredictions(live, reference, loaded);
    loaded.dispose();
  },
  toDense(live, reference) {
    const plain = toDense(live.model);
    comparePredictions(live, reference, plain);
    plain.dispose();
  },
  changeLearningRate: ({optimizer}, _, n) => Object.assign(optimizer, {learningRate: 0.01 * (1 + (n % 5))}),
  freeze,
  recompile,
  useOps: (_, __, n) => setFusedStep(n % 2 === 0),
} satisfies Record<string, Action>;

async function trainBatch(live: Live, reference: Reference): Promise<void> {
  const loss = (await live.model.trainOnBatch(live.x, live.y)) as number;
  ok(Number.isFinite(loss), `a finite loss, received ${loss}`);
  reference.optimizerSteps++;
  reference.slotted = reference.compiled;
}

async function stepScheduler(live: Live, reference: Reference): Promise<void> {
  const before = numbersOf(live);
  const report = await live.scheduler.step();
  reference.steps++;
  equal(report !== undefined, reference.steps % UPDATE_INTERVAL === 0, 'an update where one is due');
  live.reports = [];
  if (!report) return;
  takeUpdate(reference, report);
  compareUpdate(live, reference, before);
}

/** Counts a step after which no update is due. @returns false if one is due: then it is not counted */
async function stepBeforeUpdate(live: Live, reference: Reference): Promise<boolean> {
  if ((reference.steps + 1) % UPDATE_INTERVAL === 0) return false;
  await stepScheduler(live, reference);
  return true;
}

function freeze(live: Live, reference: Reference): void {
  reference.isFrozen = !reference.isFrozen;
  live.model.layers[0].trainable = !reference.isFrozen;
  // Of a layer that was frozen when the model was compiled, TensorFlow.js trains nothing until it is compiled again.
  if (!reference.isFrozen && reference.compiled === 2) recompile(live, reference);
}

function recompile(live: Live, reference: Reference): void {
  const {optimizer} = live;
  compile(live);
  disposeOptimizer(optimizer);
  Object.assign(reference, {optimizerSteps: 0, slotted: 0, compiled: reference.isFrozen ? 2 : 4});
}

/** A state without the step, which counts also where the update fails. */
function partsBut(state: string): unknown {
  const {scheduler, ...rest} = JSON.parse(state);
  return {...rest, scheduler: {...scheduler, step: 0}};
}

function packed({rowPtr, colIdx}: Topology): tf.Tensor1D {
  return tf.tensor1d([...rowPtr, ...colIdx], 'int32');
}
