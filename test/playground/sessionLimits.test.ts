import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs';
import {parseRunLog, sparsify} from 'itop';
import {afterEach, beforeAll, describe, expect, it} from 'vitest';
import {multilayerPerceptron} from '../../examples/models/multilayerPerceptron.ts';
import {METHODS, type Settings, type Update} from '../../examples/playground/protocol.ts';
import {defaultsFor} from '../../examples/playground/settings.ts';
import {Session} from '../../examples/playground/worker/session.ts';
import {builtInTask} from '../../examples/playground/worker/tasks.ts';

const circle = builtInTask('circle');
/** 400 samples in batches of 25. */
const EPOCH = 16;

let session: Session | undefined;

function create(changed: Partial<Settings>, loaded?: tf.LayersModel): Session {
  session = Session.create({...defaultsFor('circle'), ...changed}, circle, loaded);
  return session;
}

async function train(own: Session, steps: number): Promise<Update[]> {
  const updates: Update[] = [];
  for (let step = 0; step < steps; step++) {
    const update = await own.train();
    if (update) updates.push(update);
  }
  return updates;
}

describe('a run of the playground, at its ends and limits', () => {
  beforeAll(async () => {
    await tf.setBackend('wasm');
  });

  afterEach(() => {
    session?.dispose();
    session = undefined;
  });

  it('has logs that end with the last step, its accuracy and its pictures', async () => {
    const own = create({steps: EPOCH + 4});
    await train(own, EPOCH + 4);
    const runs = (await own.logs()).map(parseRunLog);
    expect(runs.map(({epochs}) => epochs.map(({step}) => step))).toEqual([
      [EPOCH, EPOCH + 4],
      [EPOCH, EPOCH + 4],
    ]);
    const {accuracy, loss} = own.progress();
    expect(runs[0].epochs[1].metrics).toEqual({loss: loss.sparse, val_acc: accuracy.sparse});
    expect(runs[1].epochs[1].metrics).toEqual({loss: loss.dense, val_acc: accuracy.dense});
    expect(runs[0].pictures.at(-1)!.step).toBe(EPOCH + 4);
  });

  it('measures for each line of its logs, also in the middle of an epoch', async () => {
    const own = create({steps: 100, dense: false});
    await train(own, 3);
    const [run] = (await own.logs()).map(parseRunLog);
    expect(run.epochs.map(({step}) => step)).toEqual([3]);
    expect(run.epochs[0].metrics.val_acc).toBeGreaterThan(0);
    expect(await own.logs()).toEqual(await own.logs());
  });

  it('says what gradual pruning drops', async () => {
    const own = create({method: 'gmp', steps: 100, interval: 10, dense: false});
    const before = own.progress().connections.sparse;
    const [first] = await train(own, 10);
    const after = own.progress().connections.sparse;
    expect(first.dropped).toBeGreaterThan(0.05);
    expect(first.dropped).toBeCloseTo((before - after) / before, 6);
  });

  it('names the layers and the density of a model that was loaded, and makes the dense network alike', async () => {
    const stock = multilayerPerceptron([10, 7], {inputShape: [2], classes: 2, seed: 5});
    const own = create({density: 0.2}, sparsify(stock, {density: 0.5, seed: 5}));
    stock.dispose();
    const {network, loadedDensity} = own.info('wasm');
    expect(network).toBe('2-10-7-2');
    expect(loadedDensity).toBeCloseTo(0.5, 1);
    const {connections} = own.progress();
    expect(connections.dense).toBe(2 * 10 + 10 * 7 + 7 * 2);
    const [run] = (await own.logs()).map(parseRunLog);
    expect(run.start.settings).toMatchObject({model: 'loaded', density: loadedDensity});
  });

  it('runs without a plan where there are too many updates to plan them', async () => {
    const own = create({steps: 1_000_000, interval: 1, dense: false});
    expect(own.info('wasm').forecast).toBeUndefined();
    expect(await train(own, 2)).toHaveLength(2);
  });

  it.each(
    METHODS.flatMap((method) => [1, 1_000_000].map((steps) => [method, steps] as const)),
  )('%s takes the limits of the settings, %i steps', async (method, steps) => {
    // Where all connections are there, DSR has no room for others, and says so.
    const limits =
      method === 'dsr'
        ? [[0.005, 1]]
        : [
            [0.005, 1],
            [1, 0],
          ];
    for (const [density, fraction] of limits) {
      const own = create({method, steps, density, fraction, interval: steps === 1 ? 100_000 : 1, dense: false});
      own.info('wasm');
      await train(own, Math.min(steps, 3));
      expect(own.progress().step).toBe(Math.min(steps, 3));
      own.dispose();
      session = undefined;
    }
  });
});
