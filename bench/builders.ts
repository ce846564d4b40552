import {models} from '../examples/models/index.ts';
import type {ModelOptions} from '../examples/models/modelOptions.ts';
import {multilayerPerceptron} from '../examples/models/multilayerPerceptron.ts';

/** Every network that is measured, by name: those of the papers, and one with layers large enough for a GPU. */
export const builders = {
  ...models,
  'MLP-4096': (options: ModelOptions = {}) =>
    multilayerPerceptron([4096, 4096], {inputShape: [3072], classes: 10, ...options}),
};
