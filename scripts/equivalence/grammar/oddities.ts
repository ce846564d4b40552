import type {ActionKind} from './action.ts';
import {batchSize, inputsOf, targetsOf} from './model.ts';

/** What was read before a training stays what it was, and the training leaves its data alone. */
export const kept: ActionKind = (model, dice) => {
  const batch = batchSize(model, dice);
  return [
    `const x = ${inputsOf(model, batch, dice)};`,
    `const y = ${targetsOf(model, batch, dice)};`,
    `const before = [${model.name}.predict(x), ${model.name}.weights.map((weight) => weight.read().clone())];`,
    `for (let i = 0; i < ${1 + model.pace.leastSteps}; i++) await ${model.name}.trainOnBatch(x, y);`,
    `return [before, ${model.name}.predict(x), x, y];`,
  ];
};

/** A prediction while a training waits. */
export const during: ActionKind = (model, dice) => [
  `const x = ${inputsOf(model, 8, dice)};`,
  `const y = ${targetsOf(model, 8, dice)};`,
  'return own.settled([',
  `  ${model.name}.fit(x, y, {epochs: 2, batchSize: 4, shuffle: false, yieldEvery: 'never'}),`,
  `  (async () => ${model.name}.predict(x))(),`,
  ']);',
];

/** Within a tidy of the user's, which disposes what is not returned. */
export const inTidy: ActionKind = (model, dice) => [
  `const x = ${inputsOf(model, batchSize(model, dice), dice)};`,
  `return tf.tidy(() => [${model.name}.predict(x), ${model.name}.predict(x)].flat()[0]);`,
];

/** A training that an error ends, and one after it. */
export const failing: ActionKind = (model, dice) => {
  const callback = dice.of([
    "{onBatchEnd: () => { throw new Error('own'); }}",
    "{onEpochEnd: () => { throw new Error('own'); }}",
    "{onBatchBegin: () => { throw new Error('own'); }}",
  ]);
  return [
    `const x = ${inputsOf(model, 8, dice)};`,
    `const y = ${targetsOf(model, 8, dice)};`,
    `const options = {batchSize: 4, shuffle: false, yieldEvery: 'never'};`,
    `const error = await ${model.name}.fit(x, y, {...options, callbacks: ${callback}}).catch(({message}) => message);`,
    `return [error, await ${model.name}.fit(x, y, options)];`,
  ];
};

/** A step and a prediction on another backend. */
export const elsewhere: ActionKind = (model, dice) => {
  const batch = batchSize(model, dice);
  return [
    'return own.elsewhere(async () => {',
    `  const x = ${inputsOf(model, batch, dice)};`,
    `  const loss = await ${model.name}.trainOnBatch(x, ${targetsOf(model, batch, dice)});`,
    `  return [loss, ${model.name}.predict(x)];`,
    '});',
  ];
};

export const evaluateDataset: ActionKind = (model, dice) =>
  model.inputs.length + model.outputs.length > 2
    ? undefined
    : [
        `const x = ${inputsOf(model, 4, dice)};`,
        `const y = ${targetsOf(model, 4, dice)};`,
        'const dataset = tf.data.generator(function* () {',
        '  for (let i = 0; i < 3; i++) yield {xs: x.clone(), ys: y.clone()};',
        '});',
        `return ${model.name}.evaluateDataset(dataset, {batches: 3});`,
      ];
