import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs';
import {beforeAll, describe, expect, test} from 'vitest';
import {METHODS} from '../../examples/playground/protocol.ts';
import {defaultsFor} from '../../examples/playground/settings.ts';
import {loadModel, saveModel} from '../../examples/playground/worker/modelFiles.ts';
import {checkModel, Session} from '../../examples/playground/worker/session.ts';
import {builtInTask} from '../../examples/playground/worker/tasks.ts';
import {parseRunLog} from '../../src/log/parseRunLog.ts';

const settings = {...defaultsFor('moons'), steps: 120, interval: 10};
const task = builtInTask('moons');

beforeAll(async () => {
  await tf.setBackend('wasm');
});

async function trained(session: Session, steps: number): Promise<Session> {
  for (let step = 0; step < steps; step++) await session.train();
  await session.measure();
  return session;
}

describe('a session of the playground', () => {
  test.each(METHODS)('trains by %s to its end, and reaches its density', async (method) => {
    const session = await trained(Session.create({...settings, method, dense: false}, task), settings.steps);
    const {step, accuracy, connections, rate, reliableRate} = session.progress();
    expect(session.isDone && step).toBe(120);
    expect(accuracy.sparse).toBeGreaterThan(0.7);
    expect(connections.sparse).toBeCloseTo(0.2 * 672, -0.5);
    expect(reliableRate).toBeLessThanOrEqual(rate);
    session.dispose();
  });

  test('explores as the planner foretells', async () => {
    const session = Session.create({...settings, dense: false}, task);
    const {forecast} = session.info('wasm');
    await trained(session, settings.steps);
    expect(session.progress().rate).toBeCloseTo(forecast!.at(-1)!.rate, 1);
    session.dispose();
  });

  test('shows each connection once, with its weight and its age', async () => {
    const session = await trained(Session.create(settings, task), 30);
    const {step, layers} = await session.frame();
    expect(step).toBe(30);
    for (const {rows, cols, positions, values, ages} of layers) {
      expect(new Set(positions).size).toBe(positions.length);
      expect(Math.max(...positions)).toBeLessThan(rows * cols);
      expect([values.length, ages.length]).toEqual([positions.length, positions.length]);
      expect([...ages].every((age) => age >= 0 && age <= 30 && age % 10 === 0)).toBe(true);
    }
    session.dispose();
  });

  // Stock momentum keeps the scalar of its learning rate when it is disposed of: one for each network.
  test('leaves no tensor behind but those that the optimizers keep', async () => {
    (await trained(Session.create(settings, task), 12)).dispose();
    const before = tf.memory().numTensors;
    (await trained(Session.create(settings, task), 12)).dispose();
    expect(tf.memory().numTensors - before).toBe(2);
  });

  test('writes a log for each network', async () => {
    const session = await trained(Session.create(settings, task), 40);
    const [sparse, dense] = (await session.logs()).map((text) => parseRunLog(text));
    expect([sparse.name, dense.name]).toEqual(['sparse, set', 'dense']);
    expect([sparse.updates.length, dense.updates.length]).toEqual([4, 0]);
    expect(sparse.epochs.map(({step}) => step)).toEqual([16, 32, 40]);
    session.dispose();
  });

  test('goes on from a model that was saved, and refuses one for other data', async () => {
    const session = await trained(Session.create(settings, task), 40);
    const files = await saveModel(session.sparse.model);
    const {accuracy, connections} = session.progress();
    const next = Session.create({...settings, seed: 2}, task, await loadModel(files));
    await next.measure();
    expect(next.progress().accuracy.sparse).toBe(accuracy.sparse);
    expect(next.progress().connections.sparse).toBe(connections.sparse);
    const digits = builtInTask('digits');
    const loaded = await loadModel(files);
    expect(() => checkModel(loaded, digits)).toThrow(
      'load: the model must be [784] -> [10] as the data is, received [2] -> [2]. Choose the data that it was trained with.',
    );
    loaded.dispose();
    await expect(loadModel({json: '{}', weights: new ArrayBuffer(0)})).rejects.toThrow(/^load: the JSON file/);
    for (const own of [session, next]) own.dispose();
  });
});
