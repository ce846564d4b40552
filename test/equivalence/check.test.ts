import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs';
import {afterAll, afterEach, beforeAll, expect, it, vi} from 'vitest';
import {check, type Finding, sourceOfSeed} from '../../scripts/equivalence/check.ts';
import type {Grammar} from '../../scripts/equivalence/grammar/script.ts';
import {standalone} from '../../scripts/equivalence/standalone.ts';
import {setThreads} from '../../src/fused/arena.ts';
import {FusedModel} from '../../src/fused/fusedModel.ts';

const grammar: Grammar = {
  mostLayers: 3,
  mostActions: 4,
  pace: {leastSteps: 1, batches: [8, 4], threads: 2},
  without: ['dropout', 'freeze', 'learningRate', 'setField'],
};
const tolerance = {predictions: 1e-6, losses: 1e-4, countsTensors: true};

beforeAll(async () => {
  await tf.setBackend('wasm');
});
afterEach(() => void vi.restoreAllMocks());
afterAll(() => setThreads());

/** Spoils the fused predictions of more than four samples. */
function plant(): void {
  const {predict} = FusedModel.prototype;
  vi.spyOn(FusedModel.prototype, 'predict').mockImplementation(function (this: FusedModel, x) {
    const output = predict.call(this, x);
    return output && x.shape[0] > 4 ? tf.tidy(() => output.add(1e-3)) : output;
  });
}

async function firstFinding(seeds: number): Promise<Finding> {
  for (let seed = 0; seed < seeds; seed++) {
    const {finding} = await check(seed, grammar, tolerance);
    if (finding?.difference.action.includes('predict')) return finding;
  }
  throw new Error(`no difference in ${seeds} scripts`);
}

it('a planted difference is found, and shrunk to one layer and one action', async () => {
  plant();
  const {source, difference} = await firstFinding(60);
  expect(difference.path).toBe('value');
  expect(source.match(/await run\.step\('\w+/g)).toEqual([
    "await run.step('compile",
    "await run.step('predict",
    "await run.step('end",
  ]);
  expect(source.match(/\.apply\(/g)).toHaveLength(1);
  expect(source).toContain('m0.predict(run.lend(own.data([8, 1], 1)))');
});

it('the script of a seed is known without running it', async () => {
  for (const seed of [1, 2, 3]) {
    expect(sourceOfSeed(seed, grammar)).toBe((await check(seed, grammar, tolerance)).outcome.source);
  }
});

it('a script leaves as many tensors as it found', async () => {
  const before = tf.memory().numTensors;
  await check(1, grammar, tolerance);
  expect(tf.memory().numTensors).toBe(before);
});

it('a printed script imports tfjs and itop only', () => {
  const source = standalone("await run.step('predict', () => run.lend(own.data([2, 3], 1)));", 'wasm', 1);
  const imported = new Set(
    [...source.matchAll(/from "([^"]+)"|import "([^"]+)"/g)].map(([, from, alone]) => from ?? alone),
  );
  expect([...imported].sort()).toEqual(['@tensorflow/tfjs', '@tensorflow/tfjs-backend-wasm', 'itop']);
});
