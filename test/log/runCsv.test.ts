import {expect, it} from 'vitest';
import {parseRunLog} from '../../src/log/parseRunLog.ts';
import {runCsv} from '../../src/log/runCsv.ts';
import type {RunLine} from '../../src/log/runLines.ts';
import {sealLine} from '../../src/log/sealedLine.ts';
import {epochLine, startLine, updateLine} from '../support/logLines.ts';

const layer = 'a, "b"';
const lines: RunLine[] = [
  startLine(),
  {...updateLine(5), measures: {density: 0.1, survival: null, curve: [1, 2]}, layers: {[layer]: {nnz: 7}}},
  {...epochLine(1, 5), metrics: {loss: 0.25}, measures: {density: 0.1}, layers: {[layer]: {flops: 3}}},
];
const run = parseRunLog(lines.map((line, number) => `${sealLine(line, number)}\n`).join(''));

it('has a row per update and epoch and a column per value', () => {
  expect(runCsv(run)).toBe(
    'type,step,seconds,density,survival,"a, ""b"":nnz",epoch,loss,' +
      'flops:forward,flops:backward,flops:denseGradient,flops:total,flops:dense,"a, ""b"":flops"\n' +
      'update,5,0.5,0.1,,7,,,,,,,,\n' +
      'epoch,5,0.5,0.1,,,1,0.25,10,20,0,30,60,3\n',
  );
});

it('is the line of columns alone for a run that has only begun', () => {
  expect(runCsv(parseRunLog(`${sealLine(startLine(), 0)}\n`))).toBe('type,step,seconds\n');
});

it('keeps a metric and a measure of one name apart, and both from its own columns', () => {
  const line = {...epochLine(1, 5), metrics: {acc: 0.9, step: 7}, measures: {acc: 0.3, step: 8}, layers: {}};
  const update = {...updateLine(5), measures: {acc: 0.2}, layers: {}};
  expect(runCsv({...run, updates: [update], epochs: [line]})).toBe(
    'type,step,seconds,measure:acc,epoch,acc,metric:step,measure:step,' +
      'flops:forward,flops:backward,flops:denseGradient,flops:total,flops:dense\n' +
      'update,5,0.5,0.2,,,,,,,,,\n' +
      'epoch,5,0.5,0.3,1,0.9,7,8,10,20,0,30,60\n',
  );
});

it('keeps metrics and measures apart from the columns of layers and operations', () => {
  const line = {
    ...epochLine(1, 5),
    metrics: {'flops:total': 1},
    measures: {'a:density': 2},
    layers: {a: {density: 0.5}},
  };
  const [head, row] = runCsv({...run, updates: [], epochs: [line]}).split('\n');
  const columns = Object.fromEntries(head.split(',').map((name, i) => [name, row.split(',')[i]]));
  expect(columns).toMatchObject({
    'metric:flops:total': '1',
    'flops:total': '30',
    'measure:a:density': '2',
    'a:density': '0.5',
  });
});
