import {describe, expect, it} from 'vitest';
import {fittingInterval, parseOptions, quickstartCommand} from '../../../examples/quickstart/options.ts';

/** Parses without ending the process, and returns what was printed with what was parsed. */
function run(...argv: string[]) {
  let printed = '';
  const print = (text: string) => {
    printed += text;
  };
  const command = quickstartCommand().exitOverride().configureOutput({writeOut: print, writeErr: print});
  try {
    return {printed, options: parseOptions(argv, command)};
  } catch {
    return {printed: printed.trim()};
  }
}

describe('parseOptions', () => {
  it('has a default for everything that needs one', () => {
    expect(parseOptions([])).toEqual({
      density: 0.05,
      distribution: 'erdosRenyiKernel',
      methods: ['dense', 'static', 'set', 'rigl'],
      epochs: 5,
      batchSize: 100,
      dropFraction: 0.5,
      learningRate: 0.1,
      seed: 1,
      download: true,
      backend: 'wasm',
      out: 'runs/quickstart',
    });
  });

  it('reads every option', () => {
    const argv =
      '--density 0.02 --distribution uniform --methods rigl,set --epochs 3 --batch-size 64 --update-interval 100 ' +
      '--drop-fraction 0.3 --learning-rate 0.01 --seed -7 --samples 500 --data here --no-download --backend cpu --out there';
    expect(parseOptions(argv.split(' '))).toEqual({
      density: 0.02,
      distribution: 'uniform',
      methods: ['rigl', 'set'],
      epochs: 3,
      batchSize: 64,
      updateInterval: 100,
      dropFraction: 0.3,
      learningRate: 0.01,
      seed: -7,
      samples: 500,
      data: 'here',
      download: false,
      backend: 'cpu',
      out: 'there',
    });
  });

  it('shows every option with its default on --help', () => {
    const {printed} = run('--help');
    for (const {long} of quickstartCommand().options) expect(printed).toContain(long);
    for (const value of ['0.05', 'erdosRenyiKernel', 'dense,static,set,rigl', 'wasm', 'runs/quickstart']) {
      expect(printed.replace(/\s+/g, ' ')).toMatch(new RegExp(`default: "?${value}"?`));
    }
  });

  it.each([
    ['--density', '5', 'in (0, 1], received 5. For 5 % of the connections write 0.05.'],
    ['--density', '0', 'in (0, 1], received 0. For 5 % of the connections write 0.05.'],
    ['--density', 'much', 'in (0, 1], received much. For 5 % of the connections write 0.05.'],
    ['--drop-fraction', '1.5', 'in [0, 1], received 1.5. Try 0.5.'],
    ['--learning-rate', '-1', 'a positive number, received -1. Try 0.1.'],
    ['--epochs', '0', 'a positive integer, received 0. Try 10.'],
    ['--batch-size', '1.5', 'a positive integer, received 1.5. Try 100.'],
    ['--update-interval', '-300', 'a positive integer, received -300. Try 300.'],
    ['--samples', '0', 'a positive integer, received 0. Leave it out for all.'],
    ['--seed', '', 'an integer, received . Try 1.'],
    ['--backend', 'abacus', 'one of wasm, cpu, webgpu, received abacus. Choose one.'],
    ['--distribution', 'ERK', 'one of erdosRenyiKernel, erdosRenyi, uniform, received ERK. Choose one.'],
    ['--methods', 'set,lth', 'different ones of dense, static, set, rigl, received set,lth. Separate them by commas.'],
    ['--methods', 'set,set', 'different ones of dense, static, set, rigl, received set,set. Separate them by commas.'],
  ])('rejects %s %s in one sentence', (name, value, rule) => {
    expect(run(name, value)).toEqual({printed: `quickstart: ${name} must be ${rule}`});
  });

  it('rejects what it does not know', () => {
    expect(run('--sparsity', '0.9').printed).toBe("error: unknown option '--sparsity'");
  });
});

describe('fittingInterval', () => {
  // 5 epochs and 1 of MNIST in batches of 100, the 10 of docs/quickstart.md, one of 6000 samples, and 7 steps.
  it.each([
    [3000, 150],
    [600, 30],
    [6000, 300],
    [60_000, 300],
    [60, 3],
    [7, 1],
  ])('fits %i steps', (steps, interval) => {
    expect(fittingInterval(steps)).toBe(interval);
    expect(Math.floor(steps / interval)).toBeGreaterThanOrEqual(Math.min(steps, 20));
  });
});
