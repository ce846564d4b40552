import type {ActionKind} from './action.ts';
import {batchSize, inputsOf} from './model.ts';
import {compilationOf} from './training.ts';

export const freeze: ActionKind = (model, dice) => {
  const place = dice.int(0, 5);
  const value = dice.once(3);
  return [place === 0 ? `${model.name}.trainable = ${value};` : `own.setTrainable(${model.name}, ${place}, ${value});`];
};

export const copyWeights: ActionKind = (model, dice, other) => [
  dice.once(2) && other
    ? `${model.name}.setWeights(${other.name}.getWeights());`
    : `${model.name}.setWeights(${model.name}.getWeights());`,
];

export const learningRate: ActionKind = (model, dice) => [
  dice.once(2)
    ? `own.setLearningRate(${model.name}, ${dice.of([0.01, 0.03])});`
    : `${model.name}.optimizer.learningRate = ${dice.of([0.01, 0.03])};`,
];

export const optimizerWeights: ActionKind = (model, dice) => [
  `const weights = await ${model.name}.optimizer.getWeights();`,
  'run.lend(weights[0].tensor);',
  `await ${model.name}.optimizer.setWeights(own.scaled(weights, ${dice.of([1, 0.5])}));`,
];

export const setField: ActionKind = (model, dice) => [
  `own.setField(${model.name}, '${dice.of(['rate', 'alpha', 'l1', 'l2', 'momentum', 'epsilon', 'maxValue', 'negativeSlope'])}', ${dice.of([0.4, 0.3])});`,
];

export const assign: ActionKind = (model, dice) => [`own.initialize(${model.name}, ${dice.int(1, 9)});`];

export const compile: ActionKind = (model, dice) => {
  const {source, targets} = compilationOf(model.name, model.outputs, dice);
  model.targets = targets;
  return [`own.freeOptimizer(${model.name});`, `${source};`];
};

export const reload: ActionKind = (model, dice) => {
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

export const rebuild: ActionKind = (model, dice) => {
  const {source, targets} = compilationOf(model.name, model.outputs, dice);
  model.targets = targets;
  return [
    `own.free(${model.name});`,
    `${model.name} = own.initialize(${model.build}(), ${dice.int(1, 9)});`,
    `run.watch('${model.name}', ${model.name});`,
    `${source};`,
  ];
};

export const dense: ActionKind = (model, dice) => [
  `const dense = itop.toDense(${model.name});`,
  `const result = dense.predict(${inputsOf(model, batchSize(model, dice), dice)});`,
  'dense.dispose();',
  'return result;',
];

export const release: ActionKind = (model) => [
  `for (const {weight} of itop.sparseWeights(${model.name})) itop.releaseTopology(weight.topology);`,
];

/** Stock ops for one model from now on. */
export const switchOff: ActionKind = (model) => [`itop.setFusedStep(false, ${model.name});`];

export const threads: ActionKind = ({pace}, dice) =>
  pace.threads > 1 ? [`itop.setThreads(${dice.int(1, pace.threads)});`] : undefined;
