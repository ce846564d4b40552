import {describe, expect, it} from 'vitest';
import {allocateConnections} from '../../src/algorithms/allocateConnections.ts';
import {planCommand} from '../../src/planner/command.ts';
import {runCommand} from '../support/command.ts';

const run = async (...args: string[]) => (await runCommand(planCommand, args)).printed;

const lenet = ['--layers', '784x300 300x100 100x10', '--samples', '60000', '--batch-size', '100', '--epochs', '10'];

describe('itop plan', () => {
  it('tells R_s and what reaches the target', async () => {
    const text = await run(...lenet, '--update-interval', '300');
    expect(text).toMatch(/^784x300 +0\.0\d{3} +0\.\d{4}$/m);
    expect(text).toMatch(/^R_s = 0\.\d{3} after 6000 steps with 20 updates\.$/m);
    expect(text).toMatch(/^update interval, ΔT in steps +at most \d+ +300$/m);
    expect(text).toMatch(/^drop fraction, P at the begin of the cosine +no value does +0\.5$/m);
    expect(text).toMatch(/^epochs +at least \d+ +10$/m);
    expect(text).toMatch(/^batch size +at most \d+ +100$/m);
  });

  it('says what is wrong in one line, also of what has several', async () => {
    expect(await run('--growth', 'random\nrandom')).toBe(
      "error: option '--growth <name>' argument 'random random' is invalid. Allowed choices are random, unexploredFirst.",
    );
  });

  it('as JSON, with the curve', async () => {
    const {plan, forecast, groups, target} = JSON.parse(await run(...lenet, '--json', '--target', '0.5'));
    expect(target).toBe(0.5);
    expect(forecast.history.map(({step}: {step: number}) => step)).toEqual([0, 1500, 3000, 4500, 6000]);
    expect(forecast.rate).toBe(plan.rate);
    expect(groups.map(({text}: {text: string}) => text)).toEqual(['784x300', '300x100', '100x10']);
  });

  it('takes the known networks, with several kernels of a shape, and every choice', async () => {
    const known = ['--network', 'ResNet-18', '--distribution', 'uniform', '--growth', 'unexploredFirst', '--json'];
    const {forecast, groups} = JSON.parse(await run(...known, '--schedule', 'constant', '--drop-fraction', '0.1'));
    // 52 updates of 10 % each, all to new positions: 0.05 · (1 + 5.2).
    expect(forecast.rate).toBeCloseTo(0.31, 3);
    expect(groups[1]).toMatchObject({text: '4*3x3x64x64', density: expect.closeTo(0.05, 4)});
    const shapes = Object.keys(forecast.nnz).map((name) => ({
      name,
      shape: name
        .replace(/.*[ *]/, '')
        .split('x')
        .map(Number),
    }));
    expect(Object.values(forecast.nnz)).toEqual(allocateConnections(shapes, 0.05, {distribution: 'uniform'}));
  });

  it('explains itself, also when it is asked for nothing', async () => {
    const help = await run('--help');
    expect(help).toMatch(/--network <name> +one of the papers \(choices: "LeNet-300-100",/);
    expect(await runCommand(planCommand, [])).toEqual({printed: help, failed: false});
  });

  it('has limits that can be raised', async () => {
    const many = ['--layers', '1200*30x30', '--json'];
    expect(await run(...many)).toBe(
      'itop plan: --layers must be at most 1000 kernels, received 1200. Plan for a part of the network, or raise --max-kernels.',
    );
    const {forecast} = JSON.parse(await run(...many, '--max-kernels', '1200'));
    expect(Object.keys(forecast.nnz)).toHaveLength(1200);
    const long = ['--layers', '30x30', '--update-interval', '1', '--batch-size', '500', '--epochs', '1001'];
    expect(await run(...long)).toMatch(/received 100100\. .* or pass a higher --max-updates and wait longer\.$/);
    expect(await run(...long, '--max-updates', '200000')).toContain('after 100100 steps with 100100 updates');
  });

  it.each<[string[], string]>([
    [['--epochs', 'ten'], 'itop plan: --epochs must be a decimal number, received "ten". Write 0.05, or 1500.'],
    [['--epochs', ''], 'itop plan: --epochs must be a decimal number, received "".'],
    [['--epochs', '1e999'], 'itop plan: --epochs must be a decimal number, received "1e999".'],
    [['--target', '0x1'], 'itop plan: --target must be a decimal number, received "0x1".'],
    [['--max-updates', 'Infinity'], 'itop plan: --max-updates must be a decimal number, received "Infinity".'],
    [['--max-updates', '-1'], 'itop plan: --max-updates must be a positive integer, received "-1".'],
    [['--max-updates', '0.5'], 'itop plan: --max-updates must be a positive integer, received "0.5".'],
    [['--max-kernels', '0'], 'itop plan: --max-kernels must be a positive integer, received "0".'],
    [
      ['--density', '5', '--network', 'LeNet-5'],
      'itop plan: --density must be in (0, 1], received 5. For 5 % of the connections write 0.05.',
    ],
    [
      ['--growth', 'gradient'],
      "error: option '--growth <name>' argument 'gradient' is invalid. Allowed choices are random, unexploredFirst.",
    ],
    [
      ['--network', 'ResNet-19'],
      "error: option '--network <name>' argument 'ResNet-19' is invalid. Allowed choices are LeNet-300-100, ",
    ],
    [
      ['--network', 'ResNet-18', '--layers', '3x4'],
      "error: option '--network <name>' cannot be used with option '--layers <shapes>'",
    ],
    [
      ['--density', '0.1'],
      'itop plan: --layers must be at least one, received none. Give the shapes of the sparse layers.',
    ],
    [['--batch-size', '1', '--epochs', '1e15'], 'itop plan: a training must have at most 150000000 steps'],
    [['--layers', '100000*784x300'], 'itop plan: --layers must be at most 1000 kernels, received 100000.'],
    [['--layers', '94906267x94906267'], 'itop plan: --layers must be kernel shapes like'],
    [['--update-interval', '0.5'], 'itop plan: --update-interval must be a positive integer, received 0.5.'],
    [['--lr', '1'], "error: unknown option '--lr'"],
  ])('refuses %j in one sentence', async (args, message) => {
    const network = args.some((arg) => /layers|network|density/.test(arg)) ? [] : ['--network', 'LeNet-5'];
    const {printed, failed} = await runCommand(planCommand, [...network, ...args]);
    expect(failed).toBe(true);
    expect(printed.startsWith(message), printed).toBe(true);
    expect(printed).not.toMatch(/\n|[a-z][A-Z]\w*:/);
  });
});
