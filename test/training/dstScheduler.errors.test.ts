import * as tf from '@tensorflow/tfjs';
import {
  byRank,
  bySurvivors,
  channels,
  constantFanIn,
  type DSTOptions,
  DSTScheduler,
  type Grower,
  gradientGrowth,
  gradientMomentum,
  magnitude,
  magnitudePruning,
  maskedDense,
  type Pruner,
  RigLScheduler,
  randomGrowth,
  SETScheduler,
  StaticScheduler,
} from 'itop';
import {beforeEach, describe, expect, it} from 'vitest';
import {positionsOf, smallModel, smallNetwork, snapshot, someData, trainSteps, valuesOf} from '../support/training.ts';

beforeEach(async () => {
  await tf.setBackend('cpu');
});

describe('DSTScheduler refuses, in one sentence,', () => {
  const make =
    (options: Partial<DSTOptions>, model: tf.LayersModel = smallModel()) =>
    () =>
      new SETScheduler(model, {updateInterval: 3, dropFraction: 0.3, ...options});

  it.each([0, -3, 1.5, Number.NaN, undefined as never])('an update interval of %s', (updateInterval) => {
    expect(make({updateInterval})).toThrow(
      new RangeError(
        `DSTScheduler: updateInterval must be a positive integer or Infinity, received ${updateInterval}. ` +
          'Give the optimizer steps between two updates.',
      ),
    );
  });

  it.each([-0.1, 1.5, Number.NaN, undefined as never])('a drop fraction of %s', (dropFraction) => {
    expect(make({dropFraction})).toThrow(
      new RangeError(
        `DSTScheduler: dropFraction must be in [0, 1], received ${dropFraction}. For 30 % of the connections write 0.3.`,
      ),
    );
  });

  it.each([
    [-1, 10],
    [10, 5],
    [Number.NaN, 10],
    [0, Number.NaN],
  ])('steps from %s to %s', (beginStep, endStep) => {
    expect(make({beginStep, endStep})).toThrow(
      new RangeError(
        'DSTScheduler: beginStep and endStep must satisfy 0 ≤ beginStep ≤ endStep, ' +
          `received ${beginStep} and ${endStep}. Give both in optimizer steps.`,
      ),
    );
  });

  it('steps that are no numbers', () => {
    expect(make({endStep: '100' as never})).toThrow('0 ≤ beginStep ≤ endStep, received 0 and "100".');
    expect(make({beginStep: '1' as never})).toThrow('received "1" and Infinity.');
  });

  it.each<[string, unknown, string]>([
    [
      'redistribution',
      bySurvivors,
      'an object with grow() or shrink(), received the function bySurvivors. Pass bySurvivors().',
    ],
    ['redistribution', 'byMean', 'an object with grow() or shrink(), received "byMean".'],
    ['redistribution', {name: 'none'}, 'an object with grow() or shrink(), received {"name":"none"}.'],
    [
      'signal',
      gradientMomentum,
      'an object with fold(), received the function gradientMomentum. Pass gradientMomentum().',
    ],
    ['structure', channels, 'an object with select(), received the function channels. Pass nOfM(2, 4).'],
    ['structure', null, 'an object with select(), received null.'],
    ['regrown', 'Fresh', `one of keep, fresh, never, received "Fresh". Leave it out for 'keep'.`],
    ['grownValues', 0.1, 'a function, received 0.1. Leave it out for none.'],
    ['perturb', {}, 'a function, received {}.'],
    ['onUpdate', 'log', 'a function, received "log".'],
    ['density', 20, 'in (0, 1], received 20. For 20 % of the connections write 0.2.'],
    ['density', 'Free', 'in (0, 1], received "Free".'],
  ])('%s that is something else (case %#)', (name, value, rule) => {
    expect(make({[name]: value})).toThrow(`DSTScheduler: ${name} must be ${rule}`);
    expect(make({[name]: undefined})).not.toThrow();
  });

  it('a structure beside a redistribution that moves connections between layers, which would drift below the budget', () => {
    expect(make({structure: constantFanIn(), redistribution: bySurvivors()})).toThrow(
      new TypeError(
        'DSTScheduler: redistribution must not move connections between layers where a structure is given, received bySurvivors. ' +
          'Leave one of them out.',
      ),
    );
    expect(make({structure: constantFanIn(), redistribution: byRank(magnitude())})).not.toThrow();
  });

  it('a model without sparse layers', () => {
    const model = tf.sequential({name: 'plain', layers: [tf.layers.dense({units: 2, inputShape: [3]})]});
    expect(make({}, model)).toThrow(
      'DSTScheduler: model must have sparse layers, received "plain" with none. Make it with sparsify() or maskedDense().',
    );
  });

  it('a model that is not compiled, unless it gets an optimizer', () => {
    const model = smallNetwork();
    expect(make({}, model)).toThrow(
      `DSTScheduler: model must be compiled, received "${model.name}" without an optimizer. ` +
        'Call model.compile() first, or pass the optimizer of your own loop as an option.',
    );
    expect(make({optimizer: tf.train.sgd(0.1)}, model)).not.toThrow();
  });
});

/** Something that goes wrong at step 6; it concerns the second layer, when the update of the first is prepared already. */
interface Mishap {
  readonly title: string;
  readonly message: string;
  readonly options?: Partial<DSTOptions>;
  /** Makes it go wrong; returns how to undo it. */
  readonly provoke?: (model: tf.LayersModel, scheduler: DSTScheduler) => (() => void) | undefined;
}

let isProvoked = false;
const isOutput = (shape: readonly number[]) => isProvoked && shape[0] === 16;

/** Random growth that returns something else for the output layer, once provoked. */
const growing = (grow: Grower['grow']): Partial<DSTOptions> => ({
  grower: {grow: (request) => (isOutput(request.shape) ? grow(request) : randomGrowth().grow(request))},
});
const pruning = (prune: Pruner['prune']): Partial<DSTOptions> => ({
  pruner: {
    prune: (request) => (isOutput(request.topology.shape) ? prune(request) : magnitudePruning().prune(request)),
  },
});

const mishaps: Mishap[] = [
  {
    title: 'a weight that is NaN',
    message: 'updateConnectivity: values must be finite, received NaN at slot 3',
    provoke: (_, {weights}) => {
      const {variable} = weights[1].weight;
      const before = valuesOf(variable);
      const assign = (values: Float32Array) => tf.tidy(() => variable.assign(tf.tensor1d(values)));
      assign(before.map((value, slot) => (slot === 3 ? Number.NaN : value)));
      return () => assign(before);
    },
  },
  {
    title: 'a gradient that is NaN',
    message: 'updateConnectivity: denseGradient must be finite, received NaN at position 0',
    options: {grower: gradientGrowth()},
    provoke: (model, {weights}) => {
      const x = tf.tidy(() => someData().x.mul(Number.NaN));
      const {value, grads} = tf.variableGrads(
        () => (model.apply(x, {training: true}) as tf.Tensor).sum(),
        weights.slice(1).map(({weight}) => weight.variable),
      );
      tf.dispose([x, value, grads]);
      return undefined;
    },
  },
  {
    title: 'no gradient',
    message: 'GradientProbe: no gradient was recorded.',
    options: {grower: gradientGrowth()},
    provoke: (_, {weights}) => {
      weights[1].weight.probe.arm();
      return undefined;
    },
  },
  {
    title: 'a drop fraction that is NaN',
    message: 'updateConnectivity: fraction must be in [0, 1], received NaN',
    options: {dropFraction: () => (isProvoked ? Number.NaN : 0.3)},
  },
  {
    title: 'a pruner that drops what is not there',
    message: 'updateTopology: dropped slots must be ascending, distinct integers in [0, 19), received 19',
    options: pruning(() => Int32Array.of(3, 19)),
  },
  {
    title: 'a grower that returns too few',
    message: 'updateConnectivity: the grower must return 6 positions, as many as were dropped, received 1',
    options: growing(() => Int32Array.of(1)),
  },
  {
    title: 'a grower that returns active positions',
    message: 'updateTopology: grown positions must be inactive, received',
    options: growing(({active, k}) => active.slice(0, k)),
  },
  {
    title: 'a grower that returns a position twice',
    message: 'updateTopology: grown positions must be ascending, distinct integers in [0, 64), received 5 after 5',
    options: growing(({k}) => new Int32Array(k).fill(5)),
  },
  {
    title: 'a grower that throws',
    message: 'no idea',
    options: growing(() => {
      throw new Error('no idea');
    }),
  },
  {
    title: 'too few grown values',
    message: 'DSTScheduler: grownValues must return',
    options: {
      grownValues: ({name, positions}) => new Float32Array(positions.length - Number(isProvoked && name === 'output')),
    },
  },
  {
    title: 'grown values that are not finite',
    message: 'DSTScheduler: grownValues must return',
    options: {
      grownValues: ({positions}) => new Float32Array(positions.length).fill(isProvoked ? Number.POSITIVE_INFINITY : 0),
    },
  },
];

describe('DSTScheduler.step rejects, leaves everything as it was, and training goes on after', () => {
  it.each(mishaps)('$title', async ({message, options, provoke}) => {
    isProvoked = false;
    const model = smallModel(tf.train.adam(0.01));
    const scheduler = new DSTScheduler(model, {
      updateInterval: 3,
      dropFraction: 0.3,
      seed: 1,
      pruner: magnitudePruning(),
      grower: randomGrowth(),
      ...options,
    });
    await trainSteps(model, scheduler, 3);
    const numTensors = tf.memory().numTensors;
    await trainSteps(model, scheduler, 2);
    const {x, y} = someData();
    await model.trainOnBatch(x, y);
    tf.dispose([x, y]);

    isProvoked = true;
    const undo = provoke?.(model, scheduler);
    const before = snapshot(model);
    const state = scheduler.toJSON();
    const failure = await scheduler.step().catch((error: Error) => error);
    expect(failure).toBeInstanceOf(Error);
    expect((failure as Error).message).toContain(message);
    expect((failure as Error).message).not.toContain('\n');
    expect(snapshot(model)).toEqual(before);
    expect(scheduler.toJSON()).toEqual({...state, step: 6});
    expect(tf.memory().numTensors).toBe(numTensors);

    isProvoked = false;
    undo?.();
    await trainSteps(model, scheduler, 2);
    const history = scheduler.tracker.history.length;
    await trainSteps(model, scheduler, 1);
    expect(scheduler.tracker.history.length).toBe(history + 1);
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  /** Values and two slots of Adam for each of two layers come to the device. */
  it.each([1, 2, 3, 4, 5, 6])('a device without room for the %s. tensor of the update', async (place) => {
    const model = smallModel(tf.train.adam(0.01));
    const density = (step: number) => (step < 6 ? 0.3 : 0.25);
    for (const options of [{}, {density}]) {
      const scheduler = new SETScheduler(model, {updateInterval: 3, dropFraction: 0.3, seed: 1, ...options});
      await trainSteps(model, scheduler, 5);
      const [before, state, {numTensors}] = [snapshot(model), scheduler.toJSON(), tf.memory()];
      const backend = tf.backend() as unknown as {write(...args: unknown[]): object};
      const {write} = backend;
      let writes = 0;
      backend.write = (...args) => {
        if (++writes === place) throw new Error('no room');
        return write.apply(backend, args);
      };
      await expect(scheduler.step().finally(() => Object.assign(backend, {write}))).rejects.toThrow('no room');
      expect(snapshot(model)).toEqual(before);
      expect(scheduler.toJSON()).toEqual({...state, step: 6});
      expect(tf.memory().numTensors).toBe(numTensors);
      await trainSteps(model, scheduler, 3);
      expect(scheduler.tracker.history.map(({step}) => step)).toEqual([0, 3, 9]);
    }
  });

  it('a tracker that cannot record', async () => {
    const model = smallModel(tf.train.adam(0.01));
    const scheduler = new SETScheduler(model, {updateInterval: 1, dropFraction: 0.3, seed: 1});
    await trainSteps(model, scheduler, 2);
    const [before, {numTensors}] = [snapshot(model), tf.memory()];
    scheduler.tracker.record = () => {
      throw new Error('full');
    };
    await expect(scheduler.step()).rejects.toThrow('full');
    expect(snapshot(model)).toEqual(before);
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it('an optimizer whose state it cannot carry', async () => {
    /** Keeps a running mean of the gradients in a map. */
    class OwnOptimizer extends tf.Optimizer {
      static className = 'OwnOptimizer';
      readonly means = new Map<string, tf.Variable>();
      override applyGradients(gradients: {name: string; tensor: tf.Tensor}[]) {
        for (const {name, tensor} of gradients) {
          if (!this.means.has(name)) this.means.set(name, tf.variable(tf.zerosLike(tensor), false));
          const variable = tf.engine().registeredVariables[name];
          variable.assign(tf.tidy(() => variable.sub(tensor.mul(0.1))) as never);
        }
      }
      getConfig() {
        return {};
      }
    }
    const model = smallModel(new OwnOptimizer());
    const scheduler = new SETScheduler(model, {updateInterval: 3, dropFraction: 0.3, seed: 1});
    await trainSteps(model, scheduler, 2);
    const before = positionsOf(model);
    const state = scheduler.toJSON();
    await expect(trainSteps(model, scheduler, 1)).rejects.toThrow(
      'carry: optimizer must keep its state in lists of {originalName, variable}, received OwnOptimizer with tensors in ' +
        '"means". Use an optimizer of tfjs, or store the state as they do.',
    );
    expect(positionsOf(model)).toEqual(before);
    expect(scheduler.toJSON()).toEqual({...state, step: 3});
    await trainSteps(model, scheduler, 2);
    expect(scheduler.stepCount).toBe(5);
  });

  it('a call before the last one has resolved; the one that runs is not disturbed', async () => {
    const model = smallModel();
    const scheduler = new RigLScheduler(model, {updateInterval: 3, dropFraction: 0.3, seed: 1});
    const other = smallModel();
    const undisturbed = new RigLScheduler(other, {updateInterval: 3, dropFraction: 0.3, seed: 1});
    for (const each of [scheduler, undisturbed]) await trainSteps(each === scheduler ? model : other, each, 2);
    const {x, y} = someData();
    await model.trainOnBatch(x, y);
    const running = scheduler.step();
    const message = (name: string) =>
      `DSTScheduler: ${name} must not be called before the last call of step has resolved. Write \`await scheduler.step()\`.`;
    await expect(scheduler.step()).rejects.toThrow(message('step'));
    // The step is counted, and its update not made.
    expect(() => scheduler.toJSON()).toThrow(message('toJSON'));
    await running;
    await trainSteps(other, undisturbed, 1);
    expect(snapshot(model)).toEqual(snapshot(other));
    expect(scheduler.toJSON()).toEqual(undisturbed.toJSON());
    await trainSteps(model, scheduler, 3);
    expect(scheduler.stepCount).toBe(6);
  });

  it('nothing, where its state is saved as soon as an update is made', async () => {
    const model = smallModel();
    const states: unknown[] = [];
    const onUpdate = () => states.push(scheduler.toJSON());
    const scheduler = new SETScheduler(model, {updateInterval: 1, dropFraction: 0.3, seed: 1, onUpdate});
    await trainSteps(model, scheduler, 1);
    expect(states).toEqual([scheduler.toJSON()]);
  });

  it('an optimizer that has trained another model, whose state would stay where it is', async () => {
    const optimizer = tf.train.momentum(0.1, 0.9);
    const first = smallModel(optimizer);
    await trainSteps(first, new StaticScheduler(first), 1);
    const layers = ['one', 'two'].map((name) =>
      maskedDense({name, units: 4, density: 0.5, inputShape: [name === 'one' ? 12 : 4]}),
    );
    const model = tf.sequential({layers});
    model.compile({optimizer: tf.train.sgd(0.1), loss: 'meanSquaredError'});
    const scheduler = new SETScheduler(model, {updateInterval: 1, dropFraction: 0.3, seed: 1});
    await trainSteps(model, scheduler, 1);
    model.compile({optimizer, loss: 'meanSquaredError'});
    await expect(scheduler.step()).rejects.toThrow(
      /^optimizer: slots must belong to the weights of the model, received one of "hidden\/values.*". Use an optimizer for each model\.$/,
    );
  });

  it('an optimizer that has trained another model, whose layers have the same names', async () => {
    const optimizer = tf.train.momentum(0.1, 0.9);
    const options = {updateInterval: 1, dropFraction: 0.3, seed: 1};
    const [first, second, third] = [0, 1, 2].map(() => smallModel(optimizer));
    const scheduler = new SETScheduler(second, options);
    await trainSteps(first, new SETScheduler(first, options), 1);
    const message = /^optimizer: slots must belong to the weights of the model, received one of "hidden\/values.*"/;
    await expect(trainSteps(second, scheduler, 1)).rejects.toThrow(message);
    expect(() => new SETScheduler(third, options)).toThrow(message);
  });

  it('weights that change during an update, as by a training step: it would undo that', async () => {
    const model = smallModel();
    const [weight] = model.trainableWeights;
    const perturb: DSTOptions['perturb'] = ({values}) => {
      const variable = weight.read() as tf.Variable;
      tf.tidy(() => variable.assign(tf.onesLike(variable)));
      return values;
    };
    const parts = {pruner: magnitudePruning(), grower: randomGrowth()};
    const scheduler = new DSTScheduler(model, {updateInterval: 1, dropFraction: 0.3, seed: 1, ...parts, perturb});
    const tracked = scheduler.tracker.toJSON();
    await expect(trainSteps(model, scheduler, 1)).rejects.toThrow(
      'DSTScheduler.step: weights must not change before the call has resolved. Await it before the next step.',
    );
    expect(new Set(weight.read().dataSync())).toEqual(new Set([1]));
    expect(scheduler.tracker.toJSON()).toEqual(tracked);
  });

  it('an error of onUpdate, which comes when the update is made', async () => {
    const model = smallModel();
    const onUpdate = () => {
      throw new Error('disk full');
    };
    const scheduler = new SETScheduler(model, {updateInterval: 1, dropFraction: 0.3, seed: 1, onUpdate});
    await expect(trainSteps(model, scheduler, 1)).rejects.toThrow('disk full');
    expect(scheduler.tracker.history.map(({step}) => step)).toEqual([0, 1]);
    await expect(trainSteps(model, scheduler, 1)).rejects.toThrow('disk full');
    expect(scheduler.stepCount).toBe(2);
  });
});

describe('DSTScheduler finds values that are not finite', () => {
  const diverge = ({weights}: DSTScheduler) =>
    tf.tidy(() => weights[1].weight.variable.assign(tf.fill(weights[1].weight.variable.shape, Number.NaN) as never));

  it.each([
    ['before the first update', {beginStep: 100}],
    ['after the last one', {endStep: 1}],
  ])('%s, at the next multiple of the interval', async (_, times) => {
    const model = smallModel();
    const scheduler = new SETScheduler(model, {updateInterval: 3, dropFraction: 0.3, ...times});
    await trainSteps(model, scheduler, 2);
    diverge(scheduler);
    await expect(scheduler.step()).rejects.toThrow(
      new RangeError(
        'DSTScheduler: values of layer "output" at step 3 must be finite, received NaN at slot 0. ' +
          'The training has diverged: go on from an earlier state, with a lower learning rate.',
      ),
    );
  });

  it('at multiples of an interval beyond 1000, too', async () => {
    const model = smallModel();
    const scheduler = new SETScheduler(model, {updateInterval: 1200, dropFraction: 0.3, beginStep: 1e6});
    for (let step = 1; step <= 1100; step++) await scheduler.step();
    diverge(scheduler);
    for (let step = 1101; step < 1200; step++) await scheduler.step();
    await expect(scheduler.step()).rejects.toThrow('at step 1200 must be finite, received NaN at slot 0.');
  });

  it('without any updates, every 1000 steps', async () => {
    const model = smallModel();
    const scheduler = new StaticScheduler(model);
    diverge(scheduler);
    for (let step = 1; step < 1000; step++) await scheduler.step();
    await expect(scheduler.step()).rejects.toThrow('at step 1000 must be finite, received NaN at slot 0.');
  });
});

describe('of two schedulers of one model', () => {
  const classes = [
    ['SET', (model: tf.LayersModel) => new SETScheduler(model, {updateInterval: 3, dropFraction: 0.3})],
    ['RigL', (model: tf.LayersModel) => new RigLScheduler(model, {updateInterval: 3, dropFraction: 0.3})],
    ['static', (model: tf.LayersModel) => new StaticScheduler(model)],
  ] as const;

  it.each(classes)('the earlier one says so at its next step, before it counts it: %s', async (_, make) => {
    const model = smallModel();
    const earlier = make(model);
    await trainSteps(model, earlier, 2);
    const later = make(model);
    await expect(earlier.step()).rejects.toThrow(
      'DSTScheduler: step must be called on the scheduler of a model that was made last, received a call on an earlier one, ' +
        'of the layer "hidden". Use one scheduler for each model.',
    );
    expect(earlier.stepCount).toBe(2);
    await trainSteps(model, later, 4);
    expect(later.stepCount).toBe(4);
  });

  it('one that could not be made does not count', async () => {
    const model = smallModel();
    const scheduler = new SETScheduler(model, {updateInterval: 3, dropFraction: 0.3});
    expect(() => new SETScheduler(model, {updateInterval: 3, dropFraction: 0.3, resume: {} as never})).toThrow();
    await trainSteps(model, scheduler, 3);
    expect(scheduler.stepCount).toBe(3);
  });
});
