import {beforeEach, expect} from 'vitest';
import {seededRandom} from '../../src/topology/random.ts';

// What tfjs draws, the order of samples in `fit` and initial values without a seed, is the same whenever a test runs; so are fresh seeds of
// this library, of topologies and of the masks of dropout for instance.
beforeEach(() => {
  const {currentTestName} = expect.getState();
  Math.random = seededRandom(currentTestName!);
  const seeds = seededRandom(`${currentTestName}/seeds`);
  Object.assign(crypto, {getRandomValues: (seed: Uint32Array) => seed.map(() => 2 ** 32 * seeds())});
});
