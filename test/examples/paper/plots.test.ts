import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {experiments, queueOf} from '../../../examples/paper/experiments/index.ts';
import {OFFICIAL_MEANS, type OfficialMean, officialSettings} from '../../../examples/paper/experiments/official.ts';
import {paperInput} from '../../../examples/paper/paperNetwork.ts';
import {drawChart} from '../../../examples/paper/plots/drawChart.ts';
import {accuracyTable, predictionQuality, publishedTable} from '../../../examples/paper/plots/explorationTables.ts';
import {figures} from '../../../examples/paper/plots/figures.ts';
import {flopsTable} from '../../../examples/paper/plots/flopsTable.ts';
import {networkLayers} from '../../../examples/paper/plots/networkLayers.ts';
import {officialTable} from '../../../examples/paper/plots/officialTable.ts';
import {resnet50Cost} from '../../../examples/paper/plots/resnet50Cost.ts';
import {resultTable} from '../../../examples/paper/plots/resultTable.ts';
import {spread, summarize} from '../../../examples/paper/plots/summary.ts';
import {hasAxis, withTables, writePages} from '../../../examples/paper/plots/writePages.ts';
import type {RunResult} from '../../../examples/paper/results.ts';
import {type RunSettings, runName, runSettings} from '../../../examples/paper/settings.ts';

function result(settings: RunSettings, testAccuracy: number): RunResult {
  return {
    settings,
    steps: 100,
    updates: settings.updateInterval > 0 ? Math.floor(100 / settings.updateInterval) : 0,
    points: [],
    testAccuracy,
    trainAccuracy: testAccuracy + 0.1,
    explorationRate: settings.updateInterval > 0 ? 1 / settings.updateInterval : settings.density,
    parameters: 1,
    seconds: 1,
    machine: {backend: 'wasm', cpu: 'one', cores: 1, node: 'v20'},
    date: '2026-01-01T00:00:00.000Z',
  };
}

const run = (method: RunSettings['method'], updateInterval: number, seed: number) =>
  runSettings({network: 'LeNet-300-100', method, density: 0.02, updateInterval, seed});

const few = {runs: (seed: number) => [run('set', 10, seed), run('static', 0, seed), run('set', 20, seed)]};

describe('summarize', () => {
  it('takes the trainings of the experiment, puts their seeds together and orders them for a table', () => {
    const results = [
      result(run('set', 10, 1), 0.8),
      result(run('set', 10, 7), 0.9),
      result(run('rigl', 10, 1), 0.5),
      result(run('static', 0, 1), 0.7),
    ];
    const summaries = summarize(few, results);
    expect(summaries.map(({settings, seeds}) => [settings.method, seeds])).toEqual([
      ['static', 1],
      ['set', 2],
    ]);
    expect(summaries[1].testAccuracy.mean).toBeCloseTo(0.85, 12);
    // Two values around their mean at distance 0.05: √(2 · 0.05² / 1).
    expect(summaries[1].testAccuracy.deviation).toBeCloseTo(Math.SQRT2 * 0.05, 12);
  });

  it('has no spread from one value', () => {
    expect(spread([3])).toEqual({mean: 3, deviation: 0});
  });
});

describe('resultTable', () => {
  it('shows the settings that differ and no others', () => {
    const summaries = summarize(few, [result(run('set', 10, 1), 0.8), result(run('set', 20, 1), 0.7)]);
    expect(resultTable(summaries).split('\n')).toEqual([
      '| ΔT | updates | R_s | test accuracy | training accuracy | seeds |',
      '| --- | --- | --- | --- | --- | --- |',
      '| 20 | 5 | 0.050 | 70.00 % | 80.00 % | 1 |',
      '| 10 | 10 | 0.100 | 80.00 % | 90.00 % | 1 |',
    ]);
  });
});

describe('the tables of exploration', () => {
  it('have the published values with the predicted ones, all 25', () => {
    const table = publishedTable();
    expect(table).toContain('| 0.9 | 0.113 (0.113) | 0.150 (0.151) | 0.176 (0.177) | 0.247 (0.248) | 0.353 (0.354) |');
    expect(table.match(/\d \(0\.\d{3}\)/g)).toHaveLength(25);
  });

  it('have a row for each P and a column for each ΔT, and a dash for what is not trained', () => {
    const one = (dropFraction: number, updateInterval: number) =>
      runSettings({network: 'LeNet-300-100', method: 'set', dropFraction, updateInterval});
    const queue = [one(0.3, 10), one(0.9, 10), one(0.9, 20)];
    const summaries = summarize({runs: () => queue}, [...queue.map((settings, i) => result(settings, 0.5 + i / 10))]);
    expect(accuracyTable(summaries).split('\n')).toEqual([
      '| P | ΔT = 20 | ΔT = 10 |',
      '| --- | --- | --- |',
      '| 0.9 | 70.00 % | 60.00 % |',
      '| 0.3 | – | 50.00 % |',
    ]);
  });

  it('predict by the settings of each training: a static epoch explores nothing', () => {
    const settings = runSettings({network: 'LeNet-300-100', method: 'set', density: 0.1, updateInterval: 1000});
    const trained = {...result(settings, 0.9), explorationRate: 0.1};
    const {chart, sentence} = predictionQuality([trained, result(run('rigl', 10, 1), 0.9)]);
    expect(chart.series).toHaveLength(1);
    // 100 steps see no update after 1000: R_s stays at the density.
    expect(chart.series[0].points).toEqual([{x: expect.closeTo(0.1, 4), mean: 0.1, deviation: 0}]);
    expect(sentence).toContain(
      '1 trainings by SET, the largest difference between measured and predicted R_s is 0.0000.',
    );
  });
});

describe('officialTable', () => {
  it('tells what is met from what is missed by accuracy, missed by R_s, and short of seeds', () => {
    const [first, second, third, fourth] = OFFICIAL_MEANS;
    const trained = (mean: OfficialMean, seeds: number, accuracy: number, rate: number) =>
      Array.from({length: seeds}, (_, i) => ({
        ...result(officialSettings(mean, i + 1), mean.testAccuracy + accuracy),
        explorationRate: mean.explorationRate * rate,
      }));
    const {table, missed} = officialTable([
      ...trained(first, 3, 0.0029, 1.019),
      ...trained(second, 3, -0.0031, 1),
      ...trained(third, 3, 0, 0.979),
      ...trained(fourth, 2, 0, 1),
    ]);
    const verdicts = table.split('\n').map((row) => row.split(' | ').pop());
    expect(verdicts.slice(2, 7)).toEqual(['met |', 'MISSED |', 'MISSED |', '2 of 3 seeds |', '0 of 3 seeds |']);
    expect(missed).toBe(2);
    expect(table).toContain('| static | 0.1 | 97.91 % | 98.20 ± 0.00 % | 0.1004 | 0.1023 | met |');
  });
});

describe('networkLayers', () => {
  it('has the kernels of a network as it is trained', () => {
    const sizes = networkLayers('LeNet-5', paperInput('LeNet-5')).map(({shape}) => shape.reduce((a, b) => a * b));
    expect(sizes).toEqual([5 * 5 * 3 * 20, 5 * 5 * 20 * 50, 1250 * 500, 5000]);
  });
});

describe('resnet50Cost', () => {
  it('has the published parameters, sizes and FLOPs', () => {
    const {table, chart} = resnet50Cost();
    expect(table).toContain('| dense | 0 | 25.53 M | 102.1 MB | 8.18e+9 | 3.22e+18 | 1.000× |');
    expect(table).toContain('| ERK | 0.9 | 2.58 M | 13.5 MB | 1.98e+9 | 7.78e+17 | 0.242× |');
    expect(chart.series.map(({points}) => points.length)).toEqual([8, 8]);
  });
});

describe('flopsTable', () => {
  it('has the published FLOPs of ResNet-50, of all that are trained by ERK once to one hundredth', () => {
    const rows = flopsTable()
      .split('\n')
      .map((row) => row.split('|').map((cell) => cell.trim()));
    const numbers = (cells: string[]) => cells.map((cell) => Number.parseFloat(cell));
    for (const [, method, , , , ...flops] of rows.slice(3)) {
      const [training, publishedTraining, test, publishedTest] = numbers(flops);
      if (['static', 'SNFS', 'RigL', 'RigL-ITOP'].includes(method)) {
        expect(Math.abs(training - publishedTraining)).toBeLessThan(0.01);
        expect(Math.abs(test - publishedTest)).toBeLessThan(0.01);
      }
    }
    expect(rows[2].slice(5, 9)).toEqual(['3.22e+18', '3.2e18', '8.18e+9', '8.2e9']);
    expect(
      rows
        .slice(3)
        .filter(([, method]) => method === 'GMP')[0]
        .slice(5, 9),
    ).toEqual(['–', '0.56×', '–', '0.23×']);
  });
});

describe('drawChart', () => {
  it('draws each point and each bar, and names each series', () => {
    const points = [
      {x: 1, mean: 50, deviation: 0},
      {x: 2, mean: 60, deviation: 2},
    ];
    const svg = drawChart({
      title: 'T',
      x: {},
      y: {},
      series: [{name: 'SET', points}],
      levels: [{name: 'dense', y: 70}],
    });
    expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    const dots = /aria-label="dot"[^>]*>(.*?)<\/g>/s.exec(svg)![1];
    expect(dots.match(/<(path|circle)/g)).toHaveLength(2);
    expect(svg).toContain('>SET</text>');
    expect(svg).toContain('>dense</text>');
    expect(svg).not.toContain('NaN');
  });
});

describe('hasAxis', () => {
  it('wants two places along the axis, whatever their series', () => {
    const at = (...places: number[]) => ({
      title: 'T',
      x: {},
      y: {},
      series: places.map((x) => ({name: String(x), points: [{x, mean: 1, deviation: 0}]})),
    });
    expect([at(), at(1), at(1, 1), at(1, 2)].map(hasAxis)).toEqual([false, false, false, true]);
  });
});

describe('withTables', () => {
  it('replaces a table by that of its name and leaves the rest', () => {
    const page = 'a\n<!-- table x -->\nold\n<!-- end -->\nb\n<!-- table y -->\nkept\n<!-- end -->\n';
    const renewed = withTables(page, new Map([['x', 'new']]));
    expect(renewed).toBe('a\n<!-- table x -->\n\nnew\n\n<!-- end -->\nb\n<!-- table y -->\nkept\n<!-- end -->\n');
    expect(withTables(renewed, new Map([['x', 'new']]))).toBe(renewed);
  });
});

describe('writePages', () => {
  it('draws every experiment from its results, half of them or all', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'itop-pages-'));
    const queue = queueOf(experiments);
    try {
      await writeFile(
        join(folder, 'page.md'),
        experiments.map(({name}) => `<!-- table ${name} -->\n<!-- end -->\n`).join(''),
      );
      for (const count of [Math.ceil(queue.length / 2), queue.length]) {
        const results = queue.slice(0, count).map((settings, i) => result(settings, 0.5 + i / 1000));
        await Promise.all(
          results.map((one) => writeFile(join(folder, `${runName(one.settings)}.json`), JSON.stringify(one))),
        );
        await writePages(folder, folder);
        const page = await readFile(join(folder, 'page.md'), 'utf8');
        for (const experiment of experiments) {
          const summaries = summarize(experiment, results);
          const table = summaries.length > 0 ? `\n${resultTable(summaries)}\n\n` : '';
          expect(page).toContain(`<!-- table ${experiment.name} -->\n${table}<!-- end -->`);
          if (summaries.length === 0) continue;
          for (const [file, chart] of Object.entries(figures[experiment.name](summaries))) {
            if (!hasAxis(chart)) continue;
            expect(await readFile(join(folder, `${file}.svg`), 'utf8')).not.toMatch(/NaN|undefined/);
          }
        }
      }
    } finally {
      await rm(folder, {recursive: true});
    }
  });
});
