import {describe, expect, it} from 'vitest';
import {allocateConnections} from '../../src/algorithms/allocateConnections.ts';
import {planCommand} from '../../src/planner/command.ts';

const lenet = ['--layers', '784x300 300x100 100x10', '--samples', '60000', '--batch-size', '100', '--epochs', '10'];

describe('itop plan', () => {
  it('tells R_s and what reaches the target', () => {
    const text = planCommand([...lenet, '--update-interval', '300']);
    expect(text).toMatch(/^784x300 +0\.0\d{3} +0\.\d{4}$/m);
    expect(text).toMatch(/^R_s = 0\.\d{3} after 6000 steps with 20 updates\.$/m);
    expect(text).toMatch(/^update interval, ΔT in steps +at most \d+ +300$/m);
    expect(text).toMatch(/^drop fraction, P +no value does +0\.5$/m);
    expect(text).toMatch(/^epochs +at least \d+ +10$/m);
    expect(text).toMatch(/^batch size +at most \d+ +100$/m);
  });

  it('as JSON, with the curve', () => {
    const {plan, forecast, groups, target} = JSON.parse(planCommand([...lenet, '--json', '--target', '0.5']));
    expect(target).toBe(0.5);
    expect(forecast.history.map(({step}: {step: number}) => step)).toEqual([0, 1500, 3000, 4500, 6000]);
    expect(forecast.rate).toBe(plan.rate);
    expect(groups.map(({text}: {text: string}) => text)).toEqual(['784x300', '300x100', '100x10']);
  });

  it('takes the known networks, with several kernels of a shape, and every choice', () => {
    const known = ['--network', 'ResNet-18', '--distribution', 'uniform', '--growth', 'unexploredFirst', '--json'];
    const {forecast, groups} = JSON.parse(planCommand([...known, '--schedule', 'constant', '--drop-fraction', '0.1']));
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

  it('explains itself', () => {
    expect(planCommand(['--help'])).toMatch(/--network NAME +LeNet-300-100, /);
  });

  it.each<[string[], RegExp]>([
    [['--epochs', 'ten'], /^plan: epochs must be a number, received "ten"\./],
    [['--epochs', ''], /^plan: epochs must be a number, received ""\./],
    [['--density', '5'], /^allocateConnections: density must be in \(0, 1\], received 5\./],
    [['--growth', 'gradient'], /^plan: growth must be one of random, unexploredFirst, received "gradient"\./],
    [['--network', 'ResNet-19'], /^plan: network must be one of LeNet-300-100, .*, received "ResNet-19"\./],
    [['--network', 'ResNet-18', '--layers', '3x4'], /^plan: network and layers must not both be given/],
    [['--layers', ''], /^planExploration: layers must be at least one, received none\./],
    [['--batch-size', '1', '--epochs', '1e15'], /^planExploration: a training must have at most 150000000 steps/],
    [['--layers', '100000*784x300'], /^plan: layers must be at most 1000 kernels, received 100000\./],
    [['--layers', '94906267x94906267'], /^plan: layers must be kernel shapes like/],
    [['--lr', '1'], /Unknown option '--lr'/],
  ])('refuses %j in one sentence', (args, message) => {
    expect(() => planCommand(args)).toThrow(message);
  });
});
