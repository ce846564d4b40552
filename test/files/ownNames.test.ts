import {describe, expect, it} from 'vitest';
import {withOwnNames} from '../../src/files/ownNames.ts';

const config = (...names: string[]) => ({layers: names.map((name) => ({config: {name}}))});

describe('withOwnNames', () => {
  it('renames what tfjs numbered, wherever the state has it', () => {
    const [saved, own] = [
      config('dense_Dense1', 'conv2d_Conv2D4', 'output'),
      config('dense_Dense2', 'conv2d_Conv2D5', 'output'),
    ];
    const state = {
      weights: ['dense_Dense1/values', 'output/bias'],
      by: {conv2d_Conv2D4: 'dense_Dense1'},
      note: 'dense_Dense11',
    };
    expect(withOwnNames(state, saved, own)).toEqual({
      weights: ['dense_Dense2/values', 'output/bias'],
      by: {conv2d_Conv2D5: 'dense_Dense2'},
      note: 'dense_Dense11',
    });
  });

  it('renames nested layers within their paths, also where these are keys', () => {
    const nested = (...names: string[]) => ({layers: [{config: {name: names[0], ...config(...names.slice(1))}}]});
    const state = {
      name: 'sequential_4/dense_Dense1',
      byPath: {'sequential_4/mine/dense_Dense2': ['sequential_4/dense_Dense11']},
    };
    const [saved, own] = [
      nested('sequential_4', 'dense_Dense1', 'dense_Dense2'),
      nested('sequential_6', 'dense_Dense3', 'dense_Dense4'),
    ];
    expect(withOwnNames(state, saved, own)).toEqual({
      name: 'sequential_6/dense_Dense3',
      byPath: {'sequential_6/mine/dense_Dense4': ['sequential_6/dense_Dense11']},
    });
  });

  it('renames along a chain, one step only', () => {
    const state = ['dense_Dense1', 'dense_Dense2'];
    expect(withOwnNames(state, config('dense_Dense1', 'dense_Dense2'), config('dense_Dense2', 'dense_Dense3'))).toEqual(
      ['dense_Dense2', 'dense_Dense3'],
    );
  });

  it.each([
    ['a name of the user', ['hidden1'], ['hidden2']],
    ['another class', ['dense_Dense1'], ['lstm_LSTM1']],
    ['one name for two', ['dense_Dense1', 'dense_Dense2'], ['dense_Dense3', 'dense_Dense3']],
    ['two names for one', ['dense_Dense1', 'dense_Dense1'], ['dense_Dense3', 'dense_Dense4']],
  ])('leaves %s', (_, saved, own) => {
    expect(withOwnNames(saved, config(...saved), config(...own))).toEqual(saved);
  });
});
