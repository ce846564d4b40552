import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import {
  adaptiveThresholdPruning,
  byMean,
  bySurvivors,
  type DSTOptions,
  DSTScheduler,
  type GradientSignal,
  gradient,
  gradientGrowth,
  gradientMomentum,
  magnitudePruning,
  meanGradient,
  type Pruner,
  randomGrowth,
  type SchedulerState,
  setFusedStep,
} from 'itop';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {smallModel, snapshot, someData, trainSteps, valuesOf} from '../support/training.ts';

beforeEach(async () => {
  await tf.setBackend('cpu');
});
afterEach(() => setFusedStep(true));

const sparseMomentum: Partial<DSTOptions> = {signal: gradientMomentum(0.9), redistribution: byMean(gradient())};
const accumulated: Partial<DSTOptions> = {signal: meanGradient(3)};
const reparameterized: Partial<DSTOptions> = {
  pruner: adaptiveThresholdPruning(0.01),
  grower: randomGrowth(),
  redistribution: bySurvivors(),
  regrown: 'never',
};

const make = (model: tf.LayersModel, options: Partial<DSTOptions>) =>
  new DSTScheduler(model, {
    updateInterval: 4,
    dropFraction: 0.3,
    pruner: magnitudePruning(),
    grower: gradientGrowth(),
    seed: 1,
    ...options,
  });

/** The gradient of each sparse kernel at all positions in each of these steps; nothing is updated. */
async function gradientsOf(steps: number): Promise<Float32Array[][]> {
  const model = smallModel();
  const {weights} = make(model, {updateInterval: Number.POSITIVE_INFINITY});
  const {x, y} = someData();
  const found: Float32Array[][] = [];
  for (let step = 0; step < steps; step++) {
    for (const {weight} of weights) weight.probe.arm();
    await model.trainOnBatch(x, y);
    const gradients = await Promise.all(weights.map(({weight}) => weight.probe.read()));
    found.push(gradients.map(({size, block}) => block(0, size).slice()));
    for (const {weight} of weights) weight.probe.disarm();
  }
  return found;
}

/** What growth sees at the first update. */
async function seenAtUpdate(signal: GradientSignal): Promise<Float32Array[]> {
  const model = smallModel();
  const seen: Float32Array[] = [];
  const grower = {
    needsGradient: true,
    grow: (request: Parameters<ReturnType<typeof gradientGrowth>['grow']>[0]) => {
      seen.push(request.gradient!.block(0, request.size).slice());
      return gradientGrowth().grow(request);
    },
  };
  await trainSteps(model, make(model, {signal, grower}), 4);
  return seen;
}

describe('a gradient signal', () => {
  it('is the mean of the last steps before the update', async () => {
    const gradients = await gradientsOf(4);
    const seen = await seenAtUpdate(meanGradient(3));
    seen.forEach((numbers, layer) => {
      numbers.forEach((number, i) => {
        expect(number).toBeCloseTo((gradients[1][layer][i] + gradients[2][layer][i] + gradients[3][layer][i]) / 3, 5);
      });
    });
  });

  it('is the momentum of all steps', async () => {
    const gradients = await gradientsOf(4);
    const seen = await seenAtUpdate(gradientMomentum(0.5));
    seen.forEach((numbers, layer) => {
      numbers.forEach((number, i) => {
        const [first, second, third, fourth] = gradients.map((step) => step[layer][i]);
        expect(number).toBeCloseTo(first / 8 + second / 4 + third / 2 + fourth, 5);
      });
    });
  });

  it('of one step is the last gradient', async () => {
    expect(await seenAtUpdate(meanGradient(1))).toEqual((await gradientsOf(4))[3]);
  });

  it('begins anew for each update, also after one that failed, and where updates begin later than before', async () => {
    const folded: number[] = [];
    const signal: GradientSignal = {
      ...meanGradient(3),
      fold: (state, gradient, before) => {
        folded.push(before);
        meanGradient(3).fold(state, gradient, before);
      },
    };
    const model = smallModel();
    let fails = true;
    const pruner: Pruner = {
      ...magnitudePruning(),
      prune(request) {
        if (!fails) return magnitudePruning().prune(request);
        throw new Error('no');
      },
    };
    const scheduler = make(model, {signal, pruner});
    await trainSteps(model, scheduler, 3);
    await expect(trainSteps(model, scheduler, 1)).rejects.toThrow('no');
    fails = false;
    await trainSteps(model, scheduler, 3);
    // Both layers fold each step; the state of step 7, with one step folded, is that of an update at step 8.
    expect(folded).toEqual([0, 0, 1, 1, 2, 2, 0, 0, 1, 1]);
    const resumed = make(model, {signal, pruner, beginStep: 12, resume: scheduler.toJSON()});
    folded.length = 0;
    await trainSteps(model, resumed, 5);
    expect(folded).toEqual([0, 0, 1, 1, 2, 2]);
  });

  it('tells when the gradient at all positions was computed', async () => {
    const counted = async (options: Partial<DSTOptions>) => {
      const model = smallModel();
      const scheduler = make(model, {...options, endStep: 8});
      const found: number[] = [];
      for (let step = 1; step <= 9; step++) {
        await trainSteps(model, scheduler, 1);
        if (scheduler.readsDenseGradient) found.push(step);
      }
      return found;
    };
    expect(await counted({})).toEqual([4]);
    expect(await counted(accumulated)).toEqual([2, 3, 4]);
    expect(await counted(sparseMomentum)).toEqual([1, 2, 3, 4]);
    expect(await counted({grower: randomGrowth()})).toEqual([]);
  });

  it.each(['cpu', 'wasm'])('is the same in the fused step and by ops, on %s', async (backend) => {
    await tf.setBackend(backend);
    for (const options of [sparseMomentum, accumulated]) {
      const trained = async (isFused: boolean) => {
        setFusedStep(isFused);
        const model = smallModel();
        const losses = await trainSteps(model, make(model, options), 14);
        return {losses, topologies: snapshot(model).topologies};
      };
      const [fused, byOps] = [await trained(true), await trained(false)];
      expect(fused.topologies).toEqual(byOps.topologies);
      fused.losses.forEach((loss, step) => {
        expect(loss).toBeCloseTo(byOps.losses[step], 4);
      });
    }
  });

  it('leaves as many tensors as there were', async () => {
    const model = smallModel();
    const scheduler = make(model, accumulated);
    await trainSteps(model, scheduler, 4);
    const before = tf.memory().numTensors;
    await trainSteps(model, scheduler, 8);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('must not be longer than the update interval', () => {
    expect(() => make(smallModel(), {signal: meanGradient(5)})).toThrow(
      new RangeError(
        'DSTScheduler: signal must take at most the 4 steps of the update interval, received meanGradient(5). ' +
          'Take fewer steps, or a longer updateInterval.',
      ),
    );
  });

  it.each([0, -1, 2.5, Number.NaN, '3'])('must say how many steps it takes: %s', (steps) => {
    const own = {name: 'own', steps, fold() {}} as GradientSignal;
    expect(() => make(smallModel(), {signal: own})).toThrow(
      `DSTScheduler: signal.steps must be a positive integer or Infinity, received ${JSON.stringify(steps).replace('null', 'NaN')}.`,
    );
  });

  it('stays as it was if an update fails, and so do strategies with a state', async () => {
    for (const options of [sparseMomentum, reparameterized]) {
      let fails = false;
      const model = smallModel();
      const scheduler = make(model, {
        ...options,
        grownValues: ({positions}) => new Float32Array(positions.length).fill(fails ? Number.NaN : 0),
      });
      await trainSteps(model, scheduler, 7);
      const before = scheduler.toJSON();
      fails = true;
      await expect(trainSteps(model, scheduler, 1)).rejects.toThrow('grownValues must return');
      const after = scheduler.toJSON();
      expect({...after, optimizerSteps: 0}).toEqual({...before, step: 8, optimizerSteps: 0});
    }
  });
});

describe('a scheduler that is saved and resumed', () => {
  async function saved(model: tf.LayersModel): Promise<tf.io.ModelArtifacts> {
    let artifacts: tf.io.ModelArtifacts = {};
    const handler = tf.io.withSaveHandler(async (given) => {
      artifacts = given;
      return {modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(given)};
    });
    await model.save(handler, {includeOptimizer: true});
    return artifacts;
  }

  // Step 7 is in the middle of the window of the mean, and after an update that has changed the threshold.
  it.each([
    ['sparse momentum', () => sparseMomentum],
    ['gradients over three steps', () => accumulated],
    ['dynamic sparse reparameterization', () => ({...reparameterized, pruner: adaptiveThresholdPruning(0.01)})],
  ])('continues as if it had never stopped: %s', async (_, options) => {
    const model = smallModel();
    const scheduler = make(model, options());
    await trainSteps(model, scheduler, 7);
    const artifacts = await saved(model);
    const resume = JSON.parse(JSON.stringify(scheduler)) as SchedulerState;
    const resumedModel = await tf.loadLayersModel(tf.io.fromMemory(artifacts));
    const resumed = make(resumedModel, {...options(), resume});
    expect(resumed.toJSON()).toEqual(scheduler.toJSON());
    await trainSteps(model, scheduler, 10);
    await trainSteps(resumedModel, resumed, 10);
    expect(resumed.toJSON()).toEqual(scheduler.toJSON());
    expect(snapshot(resumedModel)).toEqual(snapshot(model));
  });

  it('is refused, in one sentence, where the signal is damaged, missing or another', async () => {
    const state = make(smallModel(), accumulated).toJSON();
    const resuming =
      (resume: unknown, options = accumulated) =>
      () =>
        make(smallModel(), {...options, resume: resume as SchedulerState});
    expect(resuming(state)).not.toThrow();
    const {signal, ...without} = state;
    for (const damaged of [
      without,
      {...state, signal: {folded: -1, layers: []}},
      {...state, signal: {...signal, layers: ['AAAA', '']}},
    ]) {
      expect(resuming(damaged)).toThrow(
        /^DSTScheduler: resume must hold the gradients that the signal meanGradient\(3\) has folded/,
      );
    }
    expect(resuming(state, {signal: meanGradient(2)})).toThrow(
      'DSTScheduler: signal must be "meanGradient(3)" as in the state to resume, received "meanGradient(2)".',
    );
    expect(resuming(state, {})).toThrow(
      'DSTScheduler: signal must be "meanGradient(3)" as in the state to resume, received undefined.',
    );
    const threshold = make(smallModel(), reparameterized).toJSON();
    expect(resuming({...threshold, strategies: {pruner: -1}}, reparameterized)).toThrow(
      'adaptiveThresholdPruning: a saved threshold must be above 0 and finite, received -1.',
    );
  });
});

it('the report of an update says what became of each connection', async () => {
  const model = smallModel();
  const scheduler = make(model, {});
  const before = scheduler.weights.map(({weight}) => weight.topology);
  await trainSteps(model, scheduler, 3);
  const values = scheduler.weights.map(({weight}) => valuesOf(weight.variable));
  await trainSteps(model, scheduler, 1);
  scheduler.lastUpdate!.layers.forEach(({update, dropped, grown}, i) => {
    expect(update!.next).toBe(scheduler.weights[i].weight.topology);
    expect([update!.dropped.length, update!.grown.length]).toEqual([dropped, grown]);
    expect(update!.source.every((slot) => slot < values[i].length)).toBe(true);
    const positions = before[i].positions();
    const after = update!.next.positions();
    update!.source.forEach((slot, k) => {
      if (slot >= 0) expect(positions[slot]).toBe(after[k]);
    });
  });
});
