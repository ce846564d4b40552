import {expect, it} from 'vitest';
import {answers, makePlan} from '../../src/planner/makePlan.ts';
import {DEFAULTS, type PlanFields} from '../../src/planner/planFields.ts';
import {withoutLimits} from '../../src/planner/planMessage.ts';

it.each<[Partial<PlanFields>, string]>([
  [{layers: '1001*30x30'}, 'layers must be at most 1000 kernels, received 1001. Plan for a part of the network.'],
  [
    {epochs: '1e9', updateInterval: '1'},
    'a training must have at most 100000 steps, with 100000 updates, received 391000000000. Plan fewer epochs or a longer updateInterval.',
  ],
  [{density: '5'}, 'density must be in (0, 1], received 5. For 5 % of the connections write 0.05.'],
])('the page says what is wrong with %j, and names no limit that it has no field for', (fields, message) => {
  let said = '';
  try {
    makePlan({...DEFAULTS, ...fields});
  } catch (error) {
    said = withoutLimits((error as Error).message);
  }
  expect(said).toBe(message);
});

it('answers are written as their place writes numbers', () => {
  const fields = {...DEFAULTS, layers: '30x30', epochs: '10000'};
  const result = makePlan(fields);
  const [{needed}] = answers(result, fields, (value) => `<${value}>`);
  expect(needed).toBe(`at most <${result.plan.updateInterval}>`);
  expect(answers(result, fields)[0].needed).toBe(`at most ${result.plan.updateInterval}`);
});
