import * as tf from '@tensorflow/tfjs';
import {sparsify, toDense} from 'itop';
import {describe, expect, test} from 'vitest';
import {walkLayers} from '../../src/layers/walkLayers.ts';
import {expectNoLeaks} from '../support/leaks.ts';
import {anyDenseModel, disposeModels, predictions} from '../support/models.ts';

await tf.setBackend('cpu');

const freezes: Readonly<Record<string, (model: tf.LayersModel) => void>> = {
  'not frozen': () => {},
  'with its first layers frozen': (model) => {
    for (const {layer, isLeaf} of walkLayers(model).slice(0, 3)) if (isLeaf) layer.trainable = false;
  },
  frozen: (model) => {
    model.trainable = false;
  },
};

const namesOf = (model: tf.LayersModel) => model.weights.map(({originalName}) => originalName);
const isTopology = (name: string) => name.endsWith('/topology');
const asDense = (name: string) => name.replace(/\/values$/, '/kernel');

describe.each(Object.entries(freezes))('the weights of a sparse model that is %s', (_, freeze) => {
  expectNoLeaks();

  test.each(anyDenseModel)('stand in the order of its dense twin, then its topologies: %s', (_, make) => {
    const dense = make();
    const sparse = sparsify(dense, {density: 0.5, seed: 1});
    const unfrozen = namesOf(sparse).filter(isTopology);
    for (const model of [dense, sparse]) freeze(model);
    const names = namesOf(sparse);
    const topologies = names.filter(isTopology);
    expect(names).toEqual([...names.filter((name) => !isTopology(name)), ...topologies]);
    expect(names.filter((name) => !isTopology(name)).map(asDense)).toEqual(namesOf(dense));
    expect(topologies).toEqual(unfrozen);
    expect(sparse.trainableWeights.map(({originalName}) => asDense(originalName))).toEqual(
      dense.trainableWeights.map(({originalName}) => originalName),
    );
    disposeModels(dense, sparse);
  });
});

describe('a frozen twin', () => {
  expectNoLeaks();

  // Moving averages move when a stock model is frozen, too.
  test.each(
    anyDenseModel.filter(([title]) => !title.includes('normalization')),
  )('takes the weights of a model as they are, and gives them back: %s', async (_, make) => {
    const dense = make();
    const online = sparsify(dense, {density: 0.5, seed: 1});
    const target = sparsify(dense, {density: 0.5, seed: 2});
    target.trainable = false;
    target.setWeights(online.getWeights());
    expect(await predictions(target)).toEqual(await predictions(online));
    const other = sparsify(dense, {density: 0.5, seed: 3});
    other.setWeights(target.getWeights());
    expect(await predictions(other)).toEqual(await predictions(online));
    const plain = toDense(target);
    disposeModels(dense, online, target, other, plain);
  });
});
