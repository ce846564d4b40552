import {describe, expect, it} from 'vitest';
import {parseRunLog} from '../../src/log/parseRunLog.ts';

const start = (step = 0, name = 'run') => JSON.stringify({type: 'start', format: 'itop-run', version: 1, name, step});
const epoch = (epoch: number, step: number) => JSON.stringify({type: 'epoch', epoch, step});
const update = (step: number) => JSON.stringify({type: 'update', step});
const log = (...lines: string[]) => lines.map((line) => `${line}\n`).join('');
const steps = (lines: readonly {readonly step: number}[]) => lines.map(({step}) => step);

describe('parseRunLog', () => {
  it('sorts the lines by what they are', () => {
    const run = parseRunLog(log(start(), update(5), update(10), epoch(1, 10), '{"type":"pictures","step":10}'));
    expect(run).toMatchObject({name: 'run', continuations: 0, isCutOff: false});
    expect([steps(run.updates), steps(run.epochs), steps(run.pictures)]).toEqual([[5, 10], [10], [10]]);
  });

  it('reads what a crash left at every byte', () => {
    const whole = log(start(), update(5), epoch(1, 10));
    for (let length = start().length; length <= whole.length; length++) {
      const text = whole.slice(0, length);
      const run = parseRunLog(text);
      const complete = text
        .split('\n')
        .slice(1)
        .filter((line) => line.endsWith('}'));
      expect(run.updates.length + run.epochs.length).toBe(complete.length);
      expect(run.isCutOff).toBe(!/[}\n]$/.test(text));
    }
  });

  it('leaves out what was lost between the checkpoint and the crash', () => {
    const run = parseRunLog(
      log(
        start(),
        update(5),
        epoch(1, 10),
        update(15),
        epoch(2, 20),
        start(10),
        update(15),
        epoch(2, 20),
        epoch(3, 30),
      ),
    );
    expect(run.continuations).toBe(1);
    expect([steps(run.updates), steps(run.epochs)]).toEqual([
      [5, 15],
      [10, 20, 30],
    ]);
  });

  it('knows only the last run of a log that started anew', () => {
    const run = parseRunLog(log(start(), epoch(1, 10), start(0, 'second'), epoch(1, 12)));
    expect(run).toMatchObject({name: 'second', continuations: 0});
    expect(steps(run.epochs)).toEqual([12]);
  });

  it('passes over lines of unknown types', () => {
    expect(parseRunLog(log(start(), '{"type":"weather","step":1}', update(5))).updates).toHaveLength(1);
  });

  it.each([
    ['', 'received no line.'],
    [epoch(1, 1), 'received {"type":"epoch","epoch":1,"step":1}.'],
    [start().replace('"version":1', '"version":2'), '"version":2'],
  ])('refuses what is no log: %s', (first, received) => {
    expect(() => parseRunLog(first === '' ? '' : log(first))).toThrow(
      'parseRunLog: a log must start with a line of the format itop-run, version 1, received',
    );
    expect(() => parseRunLog(first === '' ? '' : log(first))).toThrow(received);
  });

  it.each(['{"type":', 'null', '3', ''])('names the line in the middle that is damaged: %j', (damaged) => {
    expect(() => parseRunLog(log(start(), update(5), damaged, epoch(1, 10)))).toThrow(
      `parseRunLog: line 3 must be a JSON object, received ${JSON.stringify(damaged)}.`,
    );
  });
});
