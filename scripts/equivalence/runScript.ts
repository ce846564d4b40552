import * as tf from '@tensorflow/tfjs';
import * as itop from 'itop';
import {compare, type Difference, type Tolerance} from './compare.ts';
import type {Pace} from './grammar/model.ts';
import {type Script, scriptSource} from './grammar/script.ts';
import * as own from './runtime/own.ts';
import {type Entry, Recorder} from './runtime/recorder.ts';
import {counts, type StandInCounts} from './spy.ts';

/** What became of a script. */
export interface Outcome {
  readonly source: string;
  readonly difference?: Difference;
  /** Which stand-ins took part. */
  readonly stoodIn: StandInCounts;
  /** Actions that fail by stock ops, and why. */
  readonly errors: readonly string[];
  /** Number of all actions. */
  readonly actions: number;
}

type Runnable = (tf_: typeof tf, itop_: typeof itop, own_: typeof own, run: Recorder) => Promise<void>;

const AsyncFunction = (async () => {}).constructor as new (...parts: string[]) => Runnable;

/** Runs a script with stand-ins and without, and compares. */
export async function runScript(script: Script, pace: Pace, tolerance: Tolerance): Promise<Outcome> {
  const source = scriptSource(script, pace);
  const runnable = new AsyncFunction('tf', 'itop', 'own', 'run', `'use strict';\n${source}`);
  const before = {...counts};
  const on = await entriesOf(runnable, true);
  const stoodIn = {...counts};
  for (const kind of Object.keys(before) as (keyof StandInCounts)[]) stoodIn[kind] -= before[kind];
  const off = await entriesOf(runnable, false);
  const errors = off.flatMap(({label, error}) => (error === null ? [] : [`${label}: ${error}`]));
  return {source, difference: compare(on, off, tolerance), stoodIn, errors, actions: off.length};
}

async function entriesOf(runnable: Runnable, isOn: boolean): Promise<readonly Entry[]> {
  const recorder = new Recorder();
  const engine = tf.engine();
  const before = new Set(Object.keys(engine.registeredVariables));
  itop.setFusedStep(isOn);
  engine.startScope();
  try {
    await runnable(tf, itop, own, recorder);
  } finally {
    // tfjs forgets tensors where it throws, and the variables of shared layers.
    engine.endScope();
    for (const [name, variable] of Object.entries(engine.registeredVariables))
      if (!before.has(name)) variable.dispose();
    itop.setFusedStep(true);
    itop.setThreads(1);
  }
  return recorder.entries;
}
