import * as tf from '@tensorflow/tfjs';
import {afterAll, expect} from 'vitest';
import {threads} from '../../src/fused/arena.ts';
import {installFusedStep} from '../../src/fused/install.ts';
import '../../src/fused/register.ts';
import {breakEven} from '../../src/ops/breakEven.ts';

// Not the one that the file before has used last.
await tf.setBackend('cpu');

/** What a file of tests may set for its process, and must set back for those that come after it. */
const found = settings();

afterAll(() => {
  // A file may put the methods of tfjs back.
  installFusedStep();
  expect(settings(), 'settings that a file leaves to the next one').toEqual(found);
});

function settings() {
  return {
    isTest: tf.env().getBool('IS_TEST'),
    isFused: tf.env().get('ITOP_FUSED_STEP'),
    threads: threads(),
    breakEven: ['cpu', 'wasm', 'webgpu'].map(breakEven),
  };
}
