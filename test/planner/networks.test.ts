import {maskedConv2d, maskedDense, sparseWeights} from 'itop';
import {expect, it} from 'vitest';
import {models} from '../../examples/models/index.ts';
import {NETWORKS} from '../../src/planner/networks.ts';
import {readShapes} from '../../src/planner/readShapes.ts';

/** Layers that cost nothing to make. */
const layers = {
  conv2d: (args: Parameters<typeof maskedConv2d>[0]) => maskedConv2d({...args, nnz: 1} as never),
  dense: (args: Parameters<typeof maskedDense>[0]) => maskedDense({...args, nnz: 1} as never),
};

it('the planner knows the networks of the examples', () => {
  expect(Object.keys(NETWORKS)).toEqual(Object.keys(models));
});

it.each(Object.keys(models) as (keyof typeof models)[])('the kernels of %s are those of the model', (name) => {
  const model = models[name]({layers: layers as never});
  const kernels = sparseWeights(model).map(({weight}) => weight.topology.shape.join('x'));
  const known = readShapes(NETWORKS[name].layers, 1000).flatMap(({count, shape}) =>
    new Array(count).fill(shape.join('x')),
  );
  expect(known.sort()).toEqual(kernels.sort());
  model.dispose();
});
