import {Code, sourceOf} from '../code.ts';
import type {Dice} from '../dice.ts';
import {batchSize, inputsOf, type Model, stepCount, targetsOf} from './model.ts';
import {schedulerSource} from './schedulers.ts';
import {compilationOf} from './training.ts';

/**
 * A kind of action: lines of a function body, of which the last may return something to compare. Undefined if there is nothing
 * that it could do.
 *
 * @param other  the script's other model, if it has one
 */
export type ActionKind = (model: Model, dice: Dice, other?: Model) => readonly string[] | undefined;

/** An expression once, or in a loop over `i`. */
function repeated(times: number, expression: string): readonly string[] {
  if (times === 1) return [`return ${expression};`];
  return ['const results = [];', `for (let i = 0; i < ${times}; i++) results.push(${expression});`, 'return results;'];
}

const trainOnBatch: ActionKind = (model, dice) => {
  const batch = batchSize(model, dice);
  const times = stepCount(model, dice);
  const x = inputsOf(model, batch, dice, times > 1);
  return [
    `const y = ${targetsOf(model, batch, dice)};`,
    ...repeated(times, `await ${model.name}.trainOnBatch(${x}, y)`),
  ];
};

/** The two models in turn. */
const alternate: ActionKind = (model, dice, other) => {
  if (!other) return undefined;
  const batch = batchSize(model, dice);
  return [
    `const [x, y] = [${inputsOf(model, batch, dice)}, ${targetsOf(model, batch, dice)}];`,
    `const [u, v] = [${inputsOf(other, batch, dice)}, ${targetsOf(other, batch, dice)}];`,
    'const losses = [];',
    `for (let i = 0; i < ${1 + stepCount(model, dice)}; i++) {`,
    `  losses.push(await ${model.name}.trainOnBatch(x, y), await ${other.name}.trainOnBatch(u, v));`,
    '}',
    'return losses;',
  ];
};

/** Callbacks of the user's that change something in the middle of a training. */
const CALLBACKS = [
  '{onEpochEnd: () => own.setTrainable(model, 1, false)}',
  '{onBatchEnd: () => own.setTrainable(model, 1, false)}',
  '{onEpochEnd: () => own.setLearningRate(model, 0.01)}',
  '{onBatchEnd: () => { model.stopTraining = true; }}',
  '{onBatchEnd: () => own.predictInside(model)}',
  'new tf.CustomCallback({onBatchEnd: () => own.setTrainable(model, 2, false)})',
];

const fit: ActionKind = (model, dice) => {
  const samples = model.pace.leastSteps * dice.of([8, 12, 7, 40, 1]);
  const options = {
    epochs: dice.int(1, 3),
    batchSize: dice.of([4, 3, 8, 33]),
    shuffle: false,
    yieldEvery: 'never',
    validationData: dice.once(4) ? new Code(`[${inputsOf(model, 5, dice)}, ${targetsOf(model, 5, dice)}]`) : undefined,
    callbacks: dice.once(4) ? new Code(dice.of(CALLBACKS).replaceAll(/\bmodel\b/g, model.name)) : undefined,
    classWeight: dice.once(12) ? new Code('{0: 1, 1: 2}') : undefined,
    sampleWeight: dice.once(15) ? new Code(`run.lend(tf.fill([${samples}], 0.5))`) : undefined,
    validationSplit: dice.once(12) ? 0.25 : undefined,
  };
  return [
    `const x = ${inputsOf(model, samples, dice)};`,
    `const y = ${targetsOf(model, samples, dice)};`,
    `return ${model.name}.fit(x, y, ${sourceOf(options)});`,
  ];
};

const fitDataset: ActionKind = (model, dice) =>
  model.inputs.length + model.outputs.length > 2
    ? undefined
    : [
        `const x = ${inputsOf(model, 4, dice)};`,
        `const y = ${targetsOf(model, 4, dice)};`,
        'const dataset = tf.data.generator(function* () {',
        '  for (let i = 0; i < 3; i++) yield {xs: x.clone(), ys: y.clone()};',
        '});',
        `return ${model.name}.fitDataset(dataset, {epochs: ${dice.int(1, 2)}, batchesPerEpoch: 3, yieldEvery: 'never'});`,
      ];

/** More samples than fit into one batch, once in a while. */
const batchOption = (dice: Dice): string => (dice.once(3) ? ', {batchSize: 4}' : '');

/** Once, or several times with other inputs. */
const times = (model: Model, dice: Dice): number => (dice.once(2) ? stepCount(model, dice) : model.pace.leastSteps);

const evaluation: ActionKind = (model, dice) => {
  const batch = batchSize(model, dice);
  const count = times(model, dice);
  const x = inputsOf(model, batch, dice, count > 1);
  return [
    `const y = ${targetsOf(model, batch, dice)};`,
    ...repeated(count, `${model.name}.evaluate(${x}, y${batchOption(dice)})`),
  ];
};

const predict: ActionKind = (model, dice) => {
  const count = times(model, dice);
  const x = inputsOf(model, batchSize(model, dice), dice, count > 1);
  return repeated(count, `${model.name}.predict(${x}${batchOption(dice)})`);
};

const predictOnBatch: ActionKind = (model, dice) => {
  const count = times(model, dice);
  const x = inputsOf(model, batchSize(model, dice), dice, count > 1);
  return repeated(count, `${model.name}.predictOnBatch(${x})`);
};

/** A loop of the user's. */
const minimize: ActionKind = (model, dice) => [
  `const x = ${inputsOf(model, batchSize(model, dice), dice)};`,
  `for (let i = 0; i < ${dice.int(1, 2)}; i++) own.minimize(${model.name}, x);`,
];

const freeze: ActionKind = (model, dice) => {
  const place = dice.int(0, 5);
  const value = dice.once(3);
  return [place === 0 ? `${model.name}.trainable = ${value};` : `own.setTrainable(${model.name}, ${place}, ${value});`];
};

const copyWeights: ActionKind = (model, dice, other) => [
  dice.once(2) && other
    ? `${model.name}.setWeights(${other.name}.getWeights());`
    : `${model.name}.setWeights(${model.name}.getWeights());`,
];

const learningRate: ActionKind = (model, dice) => [
  dice.once(2)
    ? `own.setLearningRate(${model.name}, ${dice.of([0.01, 0.03])});`
    : `${model.name}.optimizer.learningRate = ${dice.of([0.01, 0.03])};`,
];

const optimizerWeights: ActionKind = (model, dice) => [
  `const weights = await ${model.name}.optimizer.getWeights();`,
  'run.lend(weights[0].tensor);',
  `await ${model.name}.optimizer.setWeights(own.scaled(weights, ${dice.of([1, 0.5])}));`,
];

const setField: ActionKind = (model, dice) => [
  `own.setField(${model.name}, '${dice.of(['rate', 'alpha', 'l1', 'l2', 'momentum', 'epsilon', 'maxValue', 'negativeSlope'])}', ${dice.of([0.4, 0.3])});`,
];

const assign: ActionKind = (model, dice) => [`own.initialize(${model.name}, ${dice.int(1, 9)});`];

const scheduler: ActionKind = (model, dice) => {
  const batch = batchSize(model, dice);
  return [
    `const x = ${inputsOf(model, batch, dice)};`,
    `const y = ${targetsOf(model, batch, dice)};`,
    `const scheduler = ${schedulerSource(model.name, dice)};`,
    'const losses = [];',
    `for (let i = 0; i < ${1 + stepCount(model, dice)}; i++) {`,
    `  losses.push(await ${model.name}.trainOnBatch(x, y));`,
    '  await scheduler.step();',
    '}',
    'return losses;',
  ];
};

const scheduledFit: ActionKind = (model, dice) => [
  `const x = ${inputsOf(model, 12, dice)};`,
  `const y = ${targetsOf(model, 12, dice)};`,
  `const scheduler = ${schedulerSource(model.name, dice)};`,
  `return ${model.name}.fit(x, y, {epochs: ${dice.int(1, 2)}, batchSize: 4, shuffle: false, callbacks: scheduler.callback()});`,
];

const compile: ActionKind = (model, dice) => {
  const {source, targets} = compilationOf(model.name, model.outputs, dice);
  model.targets = targets;
  return [`own.freeOptimizer(${model.name});`, `${source};`];
};

const reload: ActionKind = (model, dice) => {
  const {source, targets} = compilationOf(model.name, model.outputs, dice);
  model.targets = targets;
  return [
    `const saved = ${model.name};`,
    `${model.name} = await own.reloaded(saved);`,
    'own.free(saved);',
    `run.watch('${model.name}', ${model.name});`,
    `${source};`,
  ];
};

const rebuild: ActionKind = (model, dice) => {
  const {source, targets} = compilationOf(model.name, model.outputs, dice);
  model.targets = targets;
  return [
    `own.free(${model.name});`,
    `${model.name} = own.initialize(${model.build}(), ${dice.int(1, 9)});`,
    `run.watch('${model.name}', ${model.name});`,
    `${source};`,
  ];
};

const dense: ActionKind = (model, dice) => [
  `const dense = itop.toDense(${model.name});`,
  `const result = dense.predict(${inputsOf(model, batchSize(model, dice), dice)});`,
  'dense.dispose();',
  'return result;',
];

const release: ActionKind = (model) => [
  `for (const {weight} of itop.sparseWeights(${model.name})) itop.releaseTopology(weight.topology);`,
];

/** Stock ops for one model from now on. */
const switchOff: ActionKind = (model) => [`itop.setFusedStep(false, ${model.name});`];

const threads: ActionKind = (_, dice) => [`itop.setThreads(${dice.int(1, 4)});`];

/** All kinds of actions with their shares, the simplest first. */
export const actionKinds: Readonly<Record<string, readonly [share: number, kind: ActionKind]>> = {
  trainOnBatch: [10, trainOnBatch],
  predict: [5, predict],
  evaluate: [4, evaluation],
  fit: [7, fit],
  alternate: [2, alternate],
  fitDataset: [1, fitDataset],
  predictOnBatch: [1, predictOnBatch],
  minimize: [1, minimize],
  freeze: [2, freeze],
  copyWeights: [1, copyWeights],
  learningRate: [1, learningRate],
  optimizerWeights: [1, optimizerWeights],
  setField: [2, setField],
  assign: [1, assign],
  scheduler: [2, scheduler],
  scheduledFit: [1, scheduledFit],
  compile: [2, compile],
  reload: [1, reload],
  rebuild: [1, rebuild],
  dense: [1, dense],
  release: [1, release],
  switchOff: [1, switchOff],
  threads: [1, threads],
};
