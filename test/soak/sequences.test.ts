import {expect, it} from 'vitest';
import {randomSequences} from '../../scripts/soak/sequences/run.ts';

it('random sequences of calls leave a training as a model of sets and counts says', async () => {
  await expect(randomSequences(25, 1)).resolves.toBeUndefined();
});
