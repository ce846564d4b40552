import {describe, expect, it} from 'vitest';
import {checkNames} from '../../src/topology/checkKind.ts';

interface Options {
  readonly updateInterval?: number;
  readonly floor?: number;
  readonly keep?: number;
}
const check = (options: object) => () => checkNames<Options>('here', options, {updateInterval: 1, floor: 1, keep: 1});

describe('names of options', () => {
  it.each([
    ['updateinterval', 'updateInterval'],
    ['updateIntreval', 'updateInterval'],
    ['updateIntervals', 'updateInterval'],
    ['pdateInterval', 'updateInterval'],
    ['flor', 'floor'],
    ['flaor', 'floor'],
    ['Keep', 'keep'],
  ])('are refused where one is misspelled: %s', (name, meant) => {
    expect(check({[name]: 1})).toThrow(
      new TypeError(`here: ${meant} must be written so, received ${name}. Correct the name, or leave it out.`),
    );
  });

  it.each([
    'seed',
    'epochs',
    'interval',
    'keeper',
    'peek',
    '',
  ])('pass where they are nothing like one of these: %j', (name) => {
    expect(check({[name]: 1})).not.toThrow();
  });

  it('pass beside the one that they are like', () => {
    expect(check({keep: 1, keeps: 2})).not.toThrow();
  });
});
