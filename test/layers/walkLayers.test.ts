import * as tf from '@tensorflow/tfjs';
import {describe, expect, test} from 'vitest';
import {walkLayers} from '../../src/layers/walkLayers.ts';
import {denseModels, disposeModels} from '../support/models.ts';

await tf.setBackend('cpu');

describe('walkLayers', () => {
  const walk = (name: string): [string, boolean][] => {
    const model = denseModels[name]();
    const places = walkLayers(model).map(({path, isLeaf}): [string, boolean] => [path, isLeaf]);
    disposeModels(model);
    return places.filter(([path]) => !/(^|\/)(input|flatten|concat|add)/.test(path));
  };

  test('visits a nested model, then its layers', () => {
    expect(walk('a nested Sequential')).toEqual([
      ['encoder', false],
      ['encoder/inner1', true],
      ['encoder/inner2', true],
      ['outer', true],
    ]);
  });

  test('visits a shared layer and a nested model once, however often they are used', () => {
    expect(walk('a shared layer').map(([path]) => path)).toEqual(['shared', 'outer']);
    expect(walk('a nested model that is used twice').map(([path]) => path)).toEqual(['twin', 'twin/inner', 'outer']);
  });

  test('visits the layer over time, but not the parts of other wrappers', () => {
    expect(walk('a nested model over time')).toEqual([
      ['time', false],
      ['time/block', false],
      ['time/block/inner', true],
      ['outer', true],
    ]);
    expect(walk('a bidirectional LSTM')).toEqual([
      ['both', true],
      ['outer', true],
    ]);
  });
});
