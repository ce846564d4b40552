import {Code, sourceOf} from '../code.ts';
import type {Dice} from '../dice.ts';
import type {ActionKind} from './action.ts';
import {batchSize, inputsOf, type Model, stepCount, targetsOf} from './model.ts';
import {schedulerSource} from './schedulers.ts';

/** An expression once, or in a loop over `i`. */
function repeated(times: number, expression: string): readonly string[] {
  if (times === 1) return [`return ${expression};`];
  return ['const results = [];', `for (let i = 0; i < ${times}; i++) results.push(${expression});`, 'return results;'];
}

export const trainOnBatch: ActionKind = (model, dice) => {
  const batch = batchSize(model, dice);
  const times = stepCount(model, dice);
  const x = inputsOf(model, batch, dice, times > 1);
  return [
    `const y = ${targetsOf(model, batch, dice)};`,
    ...repeated(times, `await ${model.name}.trainOnBatch(${x}, y)`),
  ];
};

/** The two models in turn. */
export const alternate: ActionKind = (model, dice, other) => {
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

export const fit: ActionKind = (model, dice) => {
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

export const fitDataset: ActionKind = (model, dice) =>
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

export const evaluation: ActionKind = (model, dice) => {
  const batch = batchSize(model, dice);
  const count = times(model, dice);
  const x = inputsOf(model, batch, dice, count > 1);
  return [
    `const y = ${targetsOf(model, batch, dice)};`,
    ...repeated(count, `${model.name}.evaluate(${x}, y${batchOption(dice)})`),
  ];
};

export const predict: ActionKind = (model, dice) => {
  const count = times(model, dice);
  const x = inputsOf(model, batchSize(model, dice), dice, count > 1);
  return repeated(count, `${model.name}.predict(${x}${batchOption(dice)})`);
};

export const predictOnBatch: ActionKind = (model, dice) => {
  const count = times(model, dice);
  const x = inputsOf(model, batchSize(model, dice), dice, count > 1);
  return repeated(count, `${model.name}.predictOnBatch(${x})`);
};

/** A loop of the user's. */
export const minimize: ActionKind = (model, dice) => [
  `const x = ${inputsOf(model, batchSize(model, dice), dice)};`,
  `for (let i = 0; i < ${dice.int(1, 2)}; i++) own.minimize(${model.name}, x);`,
];

export const scheduler: ActionKind = (model, dice) => {
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

export const scheduledFit: ActionKind = (model, dice) => [
  `const x = ${inputsOf(model, 12, dice)};`,
  `const y = ${targetsOf(model, 12, dice)};`,
  `const scheduler = ${schedulerSource(model.name, dice)};`,
  `return ${model.name}.fit(x, y, {epochs: ${dice.int(1, 2)}, batchSize: 4, shuffle: false, callbacks: scheduler.callback()});`,
];
