import * as tf from '@tensorflow/tfjs';
import {
  cosineDecay,
  type DSTOptions,
  kernelNames,
  maskedDense,
  RigLScheduler,
  SETScheduler,
  sparseWeights,
  type UpdateReport,
} from 'itop';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {positionsOf, smallModel, smallNetwork, someData, trainSteps, valuesOf} from '../support/training.ts';

beforeEach(async () => {
  await tf.setBackend('cpu');
});

const everyThird = {updateInterval: 3, dropFraction: 0.3, seed: 1};

/** The steps among the first `steps` at which a scheduler updates. */
async function updateSteps(steps: number, options: Partial<DSTOptions>): Promise<number[]> {
  const found: number[] = [];
  const onUpdate = ({step}: UpdateReport) => found.push(step);
  const scheduler = new SETScheduler(smallModel(), {...everyThird, ...options, onUpdate});
  for (let step = 0; step < steps; step++) await scheduler.step();
  return found;
}

describe('DSTScheduler updates', () => {
  it('at every multiple of its interval', async () => {
    expect(await updateSteps(10, {})).toEqual([3, 6, 9]);
    expect(await updateSteps(4, {updateInterval: 1})).toEqual([1, 2, 3, 4]);
  });

  it('from beginStep on and before endStep', async () => {
    expect(await updateSteps(20, {beginStep: 6, endStep: 15})).toEqual([6, 9, 12]);
    expect(await updateSteps(20, {beginStep: 7, endStep: 16})).toEqual([9, 12, 15]);
    expect(await updateSteps(20, {beginStep: 6, endStep: 6})).toEqual([]);
  });

  it('never with an infinite interval', async () => {
    expect(await updateSteps(20, {updateInterval: Number.POSITIVE_INFINITY})).toEqual([]);
  });

  it('ceil(dropFraction · nnz) connections of each layer, by a number or by a schedule of the step', async () => {
    const dropped = async (dropFraction: number | ((step: number) => number)) => {
      const reports: UpdateReport[] = [];
      const onUpdate = (report: UpdateReport) => reports.push(report);
      const scheduler = new SETScheduler(smallModel(), {...everyThird, dropFraction, onUpdate});
      for (let step = 0; step < 6; step++) await scheduler.step();
      return reports.map((report) => [report.dropFraction, ...report.layers.map(({dropped}) => dropped)]);
    };
    // nnz is 58 of 192 and 19 of 64.
    expect(await dropped(0.3)).toEqual([
      [0.3, 18, 6],
      [0.3, 18, 6],
    ]);
    expect(await dropped((step) => step / 12)).toEqual([
      [0.25, 15, 5],
      [0.5, 29, 10],
    ]);
    const cosine = cosineDecay(0.5, 6, {floor: 0});
    expect((await dropped(cosine)).map(([fraction]) => fraction)).toEqual([cosine(3), 0]);
  });

  it('moves to a density that is a number as to a schedule of it', async () => {
    const connections = async (density: number | (() => number)) => {
      const scheduler = new SETScheduler(smallModel(), {...everyThird, density, seed: 1});
      for (let step = 0; step < 3; step++) await scheduler.step();
      return scheduler.weights.map(({weight}) => [...weight.topology.positions()]);
    };
    const now = await connections(0.25);
    expect(now.flat()).toHaveLength(64);
    expect(now).toEqual(await connections(() => 0.25));
  });

  it('tells step(), onUpdate and the tracker the same', async () => {
    const reports: UpdateReport[] = [];
    const scheduler = new SETScheduler(smallModel(), {...everyThird, onUpdate: (report) => reports.push(report)});
    const returned = [];
    for (let step = 0; step < 7; step++) returned.push(await scheduler.step());
    expect(returned.filter(Boolean)).toEqual(reports);
    expect(scheduler.stepCount).toBe(7);
    expect(scheduler.tracker.history.map(({step}) => step)).toEqual([0, 3, 6]);
    expect(scheduler.tracker.history.slice(1).map(({rate}) => rate)).toEqual(
      reports.map((each) => each.explorationRate),
    );
    const [hidden, output] = scheduler.weights;
    expect(reports[1].layers).toMatchObject([
      {
        name: 'hidden',
        dropped: 18,
        grown: 18,
        nnz: 58,
        density: 58 / 192,
        explorationRate: scheduler.tracker.rates().hidden,
      },
      {
        name: 'output',
        dropped: 6,
        grown: 6,
        nnz: 19,
        density: 19 / 64,
        explorationRate: scheduler.tracker.rates().output,
      },
    ]);
    expect([hidden, output].map(({weight}) => weight.topology.nnz)).toEqual([58, 19]);
  });
});

describe('DSTScheduler trains', () => {
  it.each(['cpu', 'wasm'])('a small network to a low loss on %s', async (backend) => {
    await tf.setBackend(backend);
    for (const Scheduler of [SETScheduler, RigLScheduler]) {
      const model = smallModel(tf.train.adam(0.03));
      const scheduler = new Scheduler(model, {updateInterval: 10, dropFraction: cosineDecay(0.3, 100), seed: 1});
      const losses = await trainSteps(model, scheduler, 100);
      expect(losses[99]).toBeLessThan(losses[0] / 2);
      expect(scheduler.tracker.rate).toBeGreaterThan(0.5);
    }
  });

  it('a model that was not compiled, with the optimizer that it is given', async () => {
    const model = smallNetwork();
    const optimizer = tf.train.adam(0.02);
    const {x, y} = someData();
    const loss = () => tf.metrics.categoricalCrossentropy(y, model.apply(x, {training: true}) as tf.Tensor).mean();
    const scheduler = new RigLScheduler(model, {...everyThird, optimizer});
    const before = positionsOf(model);
    for (let step = 0; step < 6; step++) {
      optimizer.minimize(loss as () => tf.Scalar);
      await scheduler.step();
    }
    expect(positionsOf(model)).not.toEqual(before);
  });

  it('a model with several outputs', async () => {
    const input = tf.input({shape: [12]});
    const hidden = maskedDense({units: 16, density: 0.3, activation: 'relu', seed: 1}).apply(input);
    const heads = ['left', 'right'].map((name) =>
      maskedDense({name, units: 4, density: 0.3, seed: name}).apply(hidden),
    );
    const model = tf.model({inputs: input, outputs: heads as tf.SymbolicTensor[]});
    model.compile({optimizer: tf.train.adam(0.01), loss: ['meanSquaredError', 'meanSquaredError']});
    const before = positionsOf(model);
    const scheduler = new RigLScheduler(model, everyThird);
    const {x, y} = someData();
    for (let step = 0; step < 6; step++) {
      await model.trainOnBatch(x, [y, y]);
      await scheduler.step();
    }
    const after = positionsOf(model);
    expect(after.map((layer) => layer.length)).toEqual(before.map((layer) => layer.length));
    for (const [layer, positions] of after.entries()) expect(positions).not.toEqual(before[layer]);
  });

  it('no layer that is frozen', async () => {
    const model = smallNetwork();
    model.layers[0].trainable = false;
    model.compile({optimizer: tf.train.adam(0.01), loss: 'categoricalCrossentropy'});
    const [hidden, output] = sparseWeights(model).map(({weight}) => weight);
    const before = {hidden: valuesOf(hidden.variable), positions: positionsOf(model)};
    const reports: UpdateReport[] = [];
    const onUpdate = (report: UpdateReport) => reports.push(report);
    await trainSteps(model, new RigLScheduler(model, {...everyThird, onUpdate}), 6);
    expect(valuesOf(hidden.variable)).toEqual(before.hidden);
    expect([...hidden.topology.positions()]).toEqual(before.positions[0]);
    expect([...output.topology.positions()]).not.toEqual(before.positions[1]);
    expect(reports[1].layers).toMatchObject([
      {name: 'hidden', dropped: 0, grown: 0, nnz: 58},
      {name: 'output', dropped: 6, grown: 6, nnz: 19},
    ]);
  });
});

describe('DSTScheduler is reproducible', () => {
  async function topologiesOf(seed: number, backend: string): Promise<number[][][]> {
    await tf.setBackend(backend);
    const model = smallModel(tf.train.momentum(0.05, 0.9));
    const scheduler = new SETScheduler(model, {...everyThird, seed});
    const topologies = [positionsOf(model)];
    for (let update = 0; update < 10; update++) {
      await trainSteps(model, scheduler, 3);
      topologies.push(positionsOf(model));
    }
    return topologies;
  }

  const kernels = Object.values(kernelNames).map((name) => tf.getKernel(name, 'cpu'));
  afterEach(() => {
    for (const kernel of kernels) {
      if (tf.getKernel(kernel.kernelName, 'cpu')) tf.unregisterKernel(kernel.kernelName, 'cpu');
      tf.registerKernel(kernel);
    }
  });

  it('the same seed gives the same topologies on cpu, on wasm and with the composite of stock ops', async () => {
    const onCpu = await topologiesOf(1, 'cpu');
    expect(new Set(onCpu.map(String)).size).toBe(11);
    expect(await topologiesOf(1, 'cpu')).toEqual(onCpu);
    expect(await topologiesOf(1, 'wasm')).toEqual(onCpu);
    for (const {kernelName} of kernels) tf.unregisterKernel(kernelName, 'cpu');
    expect(await topologiesOf(1, 'cpu')).toEqual(onCpu);
  });

  it('another seed gives others', async () => {
    expect(await topologiesOf(2, 'cpu')).not.toEqual(await topologiesOf(1, 'cpu'));
  });
});

describe('grownValues', () => {
  it('gives new connections their values; those dropped and grown again keep theirs', async () => {
    const model = smallModel();
    const asked: {name: string; positions: number[]; random: number}[] = [];
    const scheduler = new SETScheduler(model, {
      ...everyThird,
      updateInterval: 1,
      dropFraction: 1,
      grownValues: ({name, topology, positions, random}) => {
        expect([...topology.positions()]).toEqual(expect.arrayContaining([...positions]));
        asked.push({name, positions: [...positions], random: random()});
        return Float32Array.from(positions, (position) => 1000 + position);
      },
    });
    const before = positionsOf(model);
    const weights = scheduler.weights.map(({weight}) => valuesOf(weight.variable));
    await scheduler.step();
    scheduler.weights.forEach(({name, weight: {topology, variable}}, layer) => {
      const after = [...topology.positions()];
      const fresh = after.filter((position) => !before[layer].includes(position));
      expect(fresh.length).toBeGreaterThan(0);
      expect(fresh.length).toBeLessThan(after.length);
      expect(asked[layer]).toMatchObject({name, positions: fresh});
      const expected = after.map((position) =>
        fresh.includes(position) ? 1000 + position : weights[layer][before[layer].indexOf(position)],
      );
      expect([...valuesOf(variable)]).toEqual(expected);
    });
    expect(asked.every(({random}) => random >= 0 && random < 1)).toBe(true);
  });
});
