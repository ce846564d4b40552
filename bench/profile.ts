import * as tf from '@tensorflow/tfjs';
import {setThreads} from 'itop';
import {arena} from '../src/fused/arena.ts';
import type {WasmKernels} from '../src/kernels/wasm/wasmKernels.ts';
import {denseNetwork, disposeNetwork, randomData, sparseNetwork} from './models.ts';
import {fitContestant} from './networks.ts';
import type {Patience, Timing} from './race.ts';
import type {BenchNetwork} from './shapes.ts';

/** Steps of a run. */
const STEPS = 4;
const WHOLE = 'whole step';

/** A row of the profile: milliseconds of a loop in a training step, for each density. */
export interface ProfileRow {
  readonly what: string;
  readonly timings: Timing[];
}

/**
 * What the loops of a fused training step in `fit` take on one thread, each in all its calls, those that take longest first; densities
 * are divided by ERK. What the whole step takes longer is tfjs, the loss and copies of weights.
 */
export async function profileOf(
  bench: BenchNetwork,
  densities: readonly number[],
  batch: number,
  patience: Patience,
): Promise<ProfileRow[]> {
  setThreads(1);
  const dense = denseNetwork(bench);
  const rows = new Map<string, Timing[]>();
  for (const density of densities) {
    const network = sparseNetwork(dense, density, 'erdosRenyiKernel');
    for (const [what, timing] of await profileOne(network, `${density}`, batch, patience)) {
      rows.set(what, [...(rows.get(what) ?? []), timing]);
    }
    disposeNetwork(network);
  }
  disposeNetwork(dense);
  return [...rows].map(([what, timings]) => ({what, timings})).sort((a, b) => b.timings[0].min - a.timings[0].min);
}

async function profileOne(
  network: tf.LayersModel,
  label: string,
  batch: number,
  {repetitions, seconds}: Patience,
): Promise<Map<string, Timing>> {
  const data = randomData(network, STEPS * batch);
  const {run} = fitContestant(label, network, data, batch);
  // The first step makes the slots, the second what goes with them.
  for (let i = 0; i < 2; i++) await run();
  const samples = new Map<string, number[]>();
  const end = performance.now() + 1000 * seconds;
  for (let round = 0; round < repetitions && (round < 3 || performance.now() < end); round++) {
    for (const [what, time] of await timedRun(run)) samples.set(what, [...(samples.get(what) ?? []), time / STEPS]);
  }
  tf.dispose({...data});
  return new Map(
    [...samples].map(([what, times]) => {
      const sorted = times.sort((a, b) => a - b);
      return [what, {label, min: sorted[0], median: sorted[sorted.length >> 1], repetitions: times.length}];
    }),
  );
}

/** Milliseconds of a run, and in it of each loop. */
async function timedRun(run: () => Promise<void>): Promise<Map<string, number>> {
  const times = new Map<string, number>();
  const add = (what: string, time: number) => times.set(what, (times.get(what) ?? 0) + time);
  const heap = arena().heap as {kernels: WasmKernels};
  const {kernels} = heap;
  const timed = Object.entries(kernels).map(([what, loop]) => [
    what,
    (...args: unknown[]) => {
      const begin = performance.now();
      loop(...args);
      add(what, performance.now() - begin);
    },
  ]);
  heap.kernels = Object.fromEntries(timed) as WasmKernels;
  try {
    const begin = performance.now();
    await run();
    add(WHOLE, performance.now() - begin);
  } finally {
    heap.kernels = kernels;
  }
  return times;
}
