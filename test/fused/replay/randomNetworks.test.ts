import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import {afterEach, expect, test, vi} from 'vitest';
import {installFusedStep} from '../../../src/fused/install.ts';
import {ReplayedStep} from '../../../src/fused/replay/replayedStep.ts';
import {describeBackends} from '../../support/backends.ts';
import {expectClose} from '../../support/close.ts';
import {trainOnGpu} from '../../support/gpuTraining.ts';
import {anyNetwork, buildNetwork, dataFor} from '../../support/randomNetworks.ts';

describeBackends('random networks', () => {
  afterEach(() => {
    vi.restoreAllMocks();
    installFusedStep();
  });

  test('train in replayed steps as by ops', {timeout: 300_000}, async () => {
    await fc.assert(
      fc.asyncProperty(anyNetwork, async (network) => {
        const batch = dataFor(network);
        const replay = vi.spyOn(ReplayedStep.prototype, 'replay');
        const run = (isReplayed: boolean) =>
          trainOnGpu(isReplayed, () => buildNetwork(network), tf.train.momentum(0.01, 0.9), batch);
        const expected = await run(false);
        const actual = await run(true);
        expect(replay).toHaveBeenCalledTimes(3);
        replay.mockRestore();
        expectClose(actual.losses.flat(), expected.losses.flat(), 1e-4);
        for (const [i, numbers] of actual.numbers.entries()) expectClose(numbers, expected.numbers[i], 1e-3);
        tf.dispose([batch.x, batch.y]);
      }),
      {numRuns: 12, seed: 1},
    );
  });
}, ['webgpu']);
