import {beforeEach, expect} from 'vitest';
import {seededRandom} from '../../src/topology/random.ts';

// What tfjs draws, the order of samples in `fit` and initial values without a seed, is the same whenever a test runs.
beforeEach(() => {
  Math.random = seededRandom(expect.getState().currentTestName!);
});
