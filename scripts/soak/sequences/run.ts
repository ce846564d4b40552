import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import fc from 'fast-check';
import {setFusedStep} from 'itop';
import {actions} from './actions.ts';
import {compare} from './compare.ts';
import {begin, end, methods, optimizers, type Setting} from './live.ts';

/** One line of a sequence: an action, and the number from which it takes its options. */
type Line = readonly [action: keyof typeof actions, n: number];

const names = <Name extends string>(table: Readonly<Record<Name, unknown>>) => Object.keys(table) as Name[];
const settings: fc.Arbitrary<Setting> = fc.record({
  backend: fc.constantFrom('cpu', 'wasm'),
  method: fc.constantFrom(...names(methods)),
  optimizer: fc.constantFrom(...names(optimizers)),
});
const lines: fc.Arbitrary<Line[]> = fc.array(fc.tuple(fc.constantFrom(...names(actions)), fc.nat()), {
  maxLength: 30,
  size: 'max',
});

/**
 * Runs so many random sequences of calls, each on a training of its own, and compares it with the reference after each call.
 *
 * @throws Error with the shortest sequence that was found to fail
 */
export async function randomSequences(runs: number, seed: number): Promise<void> {
  // Trainings are short, and schedulers say so.
  const {warn} = console;
  console.warn = () => {};
  try {
    await fc.assert(fc.asyncProperty(settings, lines, fc.nat(), runSequence), {numRuns: runs, seed});
  } finally {
    console.warn = warn;
    setFusedStep(true);
  }
}

/** Runs one sequence. @throws AssertionError where the training is not what it must be */
export async function runSequence(setting: Setting, sequence: readonly Line[], seed: number): Promise<void> {
  await tf.setBackend(setting.backend);
  setFusedStep(true);
  const {live, reference} = begin(setting, seed);
  try {
    compare(live, reference);
    for (const [action, n] of sequence) {
      await actions[action](live, reference, n);
      compare(live, reference);
    }
  } finally {
    end(live);
    tf.dispose([live.x, live.y]);
  }
}
