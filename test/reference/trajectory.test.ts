import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import {type DSTScheduler, explain, gradientGrowth} from 'itop';
import {beforeAll, describe, expect, it, onTestFinished} from 'vitest';
import {installFusedStep} from '../../src/fused/install.ts';
import {describeReference, fromTorch, readReference} from '../support/reference.ts';
import {
  DenseMoments,
  maxDifference,
  momentumGrowth,
  type OfficialStep,
  type OfficialTraining,
  officialModel,
  officialSchedule,
  officialScheduler,
  parameters,
  slotReader,
  trainStep,
  valuesOf,
} from '../support/trajectory.ts';

/** The float32 arithmetic of PyTorch and ours differ by less than 1e-6. */
const TOLERANCE = 1e-5;

/** The scheduler's step does what the official one did: nothing, or an update with the same drops, masks and rates. */
async function expectUpdate(scheduler: DSTScheduler, {shapes}: OfficialTraining, official: OfficialStep) {
  const {step, death_rate, update} = official;
  const report = await scheduler.step();
  expect(report?.step).toBe(update && step);
  if (!report || !update) return;
  expect(report.dropFraction).toBeCloseTo(death_rate, 12);
  expect(report.explorationRate).toBe(update.total_fired_rate);
  scheduler.weights.forEach(({name, weight}, layer) => {
    const key = `${name}.weight`;
    expect([...weight.topology.mask()]).toEqual(fromTorch(shapes[key], update.mask[key]));
    expect(report.layers[layer].dropped).toBe(update.num_remove[key]);
    expect(Math.fround(report.layers[layer].explorationRate)).toBe(update.fired_rate[key]);
  });
}

function expectWeights(scheduler: DSTScheduler, official: OfficialTraining, {weight}: OfficialStep): void {
  if (weight) expect(maxDifference(official, parameters(scheduler), weight)).toBeLessThan(TOLERANCE);
}

/** An official training with Adam, its moments kept at every position beside the model. */
function startAdam(official: OfficialTraining) {
  const model = officialModel(official);
  const grower = official.growth === 'momentum' ? momentumGrowth(() => moments, official) : gradientGrowth();
  const scheduler = officialScheduler(model, official, grower);
  const moments = new DenseMoments(scheduler.weights);
  /** Trains one step; returns how far its loss is from the official one. */
  const train = async ({step, loss}: OfficialStep) => {
    moments.arm();
    const ours = await trainStep(model, official, step);
    await moments.record();
    return Math.abs(ours - loss);
  };
  return {model, scheduler, moments, train};
}

describeReference('whole trainings against the official ones', () => {
  const trainings = readReference<OfficialTraining[]>('trajectory');
  const withSGD = trainings.filter(({optimizer}) => optimizer.kind === 'sgd');
  const withAdam = trainings.filter(({optimizer}) => optimizer.kind === 'adam');

  it.each(trainings)('$name: the drop fraction after each step', (official) => {
    for (const {step, death_rate} of official.steps) {
      expect(officialSchedule(official)(step)).toBeCloseTo(death_rate, 12);
    }
  });

  describe.each(['cpu', 'wasm'])('on %s', (backend) => {
    beforeAll(async () => {
      expect(await tf.setBackend(backend)).toBe(true);
    });

    const ways = [
      ['in the fused step', true],
      ['by ops', false],
    ] as const;
    const runs = withSGD.flatMap((official) => ways.map(([way, isFused]) => ({...official, way, isFused})));

    it.each(runs)('$name $way: losses, weights, momentum, connections and exploration', async ({
      isFused,
      ...official
    }) => {
      const restore = installFusedStep();
      if (!isFused) restore();
      onTestFinished(() => void installFusedStep());
      const model = officialModel(official);
      expect(explain(model)).toEqual({isFused: true, reason: ''});
      const scheduler = officialScheduler(model, official, gradientGrowth());
      expect(maxDifference(official, parameters(scheduler), official.weight_after_init)).toBe(0);
      for (const step of official.steps) {
        const loss = await trainStep(model, official, step.step);
        expect(Math.abs(loss - step.loss)).toBeLessThan(TOLERANCE);
        await expectUpdate(scheduler, official, step);
        expectWeights(scheduler, official, step);
        if (step.momentum_buffer) {
          const slotOf = await slotReader(model, 'momentum');
          const momenta = parameters(scheduler, (variable) => valuesOf(slotOf(variable)));
          expect(maxDifference(official, momenta, step.momentum_buffer)).toBeLessThan(TOLERANCE);
        }
      }
    });

    it.each(
      withAdam,
    )('$name: the same, with the moments of inactive connections kept beside the model', async (official) => {
      const {model, scheduler, moments, train} = startAdam(official);
      for (const step of official.steps) {
        expect(await train(step)).toBeLessThan(TOLERANCE);
        const before = scheduler.weights.map(({weight}) => weight.topology);
        await expectUpdate(scheduler, official, step);
        await moments.writeInto(model, before);
        expectWeights(scheduler, official, step);
      }
    });

    it.each(
      withAdam,
    )('$name: by itself the same up to the first update, where new connections start with moments of 0', async (official) => {
      const {model, scheduler, train} = startAdam(official);
      const first = official.update_frequency!;
      const initial = scheduler.weights.map(({weight}) => weight.topology.mask());
      for (const step of official.steps.slice(0, first)) {
        expect(await train(step)).toBeLessThan(TOLERANCE);
        await expectUpdate(scheduler, official, step);
        expectWeights(scheduler, official, step);
      }
      // This loss is still the official one: the new connections are still 0.
      expect(await train(official.steps[first])).toBeLessThan(TOLERANCE);
      const [m, v] = [await slotReader(model, 'm'), await slotReader(model, 'v')];
      scheduler.weights.forEach(({weight: {variable, topology}}, layer) => {
        const [weights, mean, square] = [variable, m(variable), v(variable)].map(valuesOf);
        const isMovingAndNew = (position: number, slot: number) => !initial[layer][position] && mean[slot] !== 0;
        const moving = [...topology.positions()].flatMap((position, slot) =>
          isMovingAndNew(position, slot) ? slot : [],
        );
        expect(moving.length).toBeGreaterThan(0);
        for (const slot of moving) {
          // One gradient g: m = 0.1 g, v = 0.001 g². Adam corrects them as if they had seen as many steps as the others.
          const [gradient, steps] = [10 * mean[slot], first + 1];
          expect(square[slot] / (0.001 * gradient ** 2)).toBeCloseTo(1, 4);
          const direction = mean[slot] / (1 - 0.9 ** steps) / (Math.sqrt(square[slot] / (1 - 0.999 ** steps)) + 1e-8);
          expect(weights[slot]).toBeCloseTo(-official.optimizer.lr * direction, 6);
        }
      });
      await scheduler.step();
      for (const step of official.steps.slice(first + 1)) {
        expect(await train(step)).toBeGreaterThan(10 * TOLERANCE);
        await scheduler.step();
      }
    });
  });
});
