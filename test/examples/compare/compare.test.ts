import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs';
import {type Dataset, normalizationOf, seededRandom, syntheticDigits} from 'itop/data';
import {beforeAll, describe, expect, it} from 'vitest';
import {type CompareResult, compareName, compareRun} from '../../../examples/compare/compareRun.ts';
import {compareTable, flopsChart, rowsOf} from '../../../examples/compare/compareTables.ts';
import {methods} from '../../../examples/compare/methods.ts';
import {drawChart} from '../../../examples/paper/plots/drawChart.ts';

const digits = (count: number, seed: string): Dataset => syntheticDigits({count, random: seededRandom(seed)});
const [train, test] = [digits(10_200, 'train'), digits(50, 'test')];
const data = {train, test, normalization: normalizationOf(train), isAugmented: false};

describe('the comparison of methods', () => {
  beforeAll(async () => {
    await tf.setBackend('wasm');
  });

  it.each(Object.keys(methods))('%s ends with the density asked for, and repeats itself', async (method) => {
    const settings = {method, density: 0.02, epochs: 2, seed: 1};
    const result = await compareRun(settings, data);
    // An epoch has 102 steps: one update at least, and the gradual methods have ended.
    expect(result.steps).toBe(204);
    if (method.startsWith('srigl')) expect(result.finalDensity).toBeLessThanOrEqual(0.0201);
    else expect(result.finalDensity).toBeCloseTo(0.02, 4);
    expect(result.explorationRate).toBeGreaterThanOrEqual(result.finalDensity);
    expect(result.flops).toBeLessThan(1);
    if (method === 'rigl') expect({...(await compareRun(settings, data)), ...timing(result)}).toEqual(result);
  });

  it('rows hold the seeds of a method and a density together, the best first', () => {
    const result = (method: string, density: number, seed: number, testAccuracy: number): CompareResult => ({
      settings: {method, density, epochs: 1, seed},
      steps: 1,
      testAccuracy,
      explorationRate: 0.5,
      finalDensity: density,
      flops: density,
      seconds: 2,
      machine: {backend: 'wasm', cpu: 'one', cores: 1, node: 'v20'},
      date: '2026-01-01T00:00:00.000Z',
    });
    const results = [
      result('static', 0.05, 1, 0.9),
      result('rigl', 0.05, 1, 0.96),
      result('rigl', 0.05, 2, 0.98),
      result('rigl', 0.1, 1, 0.99),
    ];
    const rows = rowsOf(results);
    expect(rows.map(({label, density, seeds}) => [label, density, seeds])).toEqual([
      ['RigL-ITOP', 0.1, 1],
      ['RigL-ITOP', 0.05, 2],
      ['Static', 0.05, 1],
    ]);
    // Two values around .97 at distance .01: √(2 · .01²).
    expect(compareTable(rows)).toContain('| 0.05 | RigL-ITOP | 97.00 ± 1.41 | 0.50 | 0.050 | 2 |');
    expect(drawChart(flopsChart(rows))).toContain('Static');
    expect(new Set(results.map(({settings}) => compareName(settings))).size).toBe(4);
  });
});

const timing = ({seconds, date}: CompareResult) => ({seconds, date});
