import {expect, it} from 'vitest';
import {parseRunLog} from '../../src/log/parseRunLog.ts';
import {runCsv} from '../../src/log/runCsv.ts';

const lines = [
  {type: 'start', format: 'itop-run', version: 1, name: 'run', step: 0},
  {
    type: 'update',
    step: 5,
    seconds: 1.5,
    measures: {density: 0.1, survival: null, curve: [1, 2]},
    layers: {'a, "b"': {nnz: 7}},
  },
  {
    type: 'epoch',
    epoch: 1,
    step: 5,
    seconds: 2,
    metrics: {loss: 0.25},
    measures: {density: 0.1},
    flops: {forward: 1, total: 3},
    layers: {'a, "b"': {flops: 3}},
  },
];
const run = parseRunLog(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));

it('has a row per update and epoch and a column per value', () => {
  expect(runCsv(run)).toBe(
    'type,step,seconds,density,survival,"a, ""b"":nnz",epoch,loss,flops:forward,flops:total,"a, ""b"":flops"\n' +
      'update,5,1.5,0.1,,7,,,,,\n' +
      'epoch,5,2,0.1,,,1,0.25,1,3,3\n',
  );
});
