import {describe, expect, it} from 'vitest';
import {parseRunLog} from '../../src/log/parseRunLog.ts';
import type {RunLine} from '../../src/log/runLines.ts';
import {sealLine} from '../../src/log/sealedLine.ts';
import {epochLine, picturesLine, startLine, updateLine} from '../support/logLines.ts';

const log = (...lines: string[]) => lines.map((line) => `${line}\n`).join('');
const steps = (lines: readonly {readonly step: number}[]) => lines.map(({step}) => step);
/** Lines as `RunLog` writes them: numbered from each start on. */
function sealed(...lines: RunLine[]): string[] {
  let number = 0;
  return lines.map((line) => {
    if (line.type === 'start') number = 0;
    return sealLine(line, number++);
  });
}
/** Lines as they were written before they had numbers. */
const plain = (...lines: object[]) => lines.map((line) => JSON.stringify(line));

describe.each([
  ['of numbered lines', sealed],
  ['of lines without numbers', plain],
])('parseRunLog, of a log %s,', (_, lines) => {
  it('sorts the lines by what they are', () => {
    const run = parseRunLog(
      log(...lines(startLine(), updateLine(5), updateLine(10), epochLine(1, 10), picturesLine(10))),
    );
    expect(run).toMatchObject({name: 'run', continuations: 0, isCutOff: false, damaged: [], missing: 0});
    expect([steps(run.updates), steps(run.epochs), steps(run.pictures)]).toEqual([[5, 10], [10], [10]]);
    expect(run.updates[0]).toEqual(updateLine(5));
  });

  it('reads what a crash left at every byte', () => {
    const whole = log(...lines(startLine(), updateLine(5), epochLine(1, 10)));
    const rows = whole.trimEnd().split('\n');
    for (let length = rows[0].length; length <= whole.length; length++) {
      const left = whole.slice(0, length).split('\n');
      const run = parseRunLog(left.join('\n'));
      expect(run.updates.length + run.epochs.length).toBe(left.filter((row) => rows.includes(row)).length - 1);
      expect(run.isCutOff).toBe(!['', ...rows].includes(left.at(-1)!));
      expect(run).toMatchObject({damaged: [], missing: 0});
    }
  });

  it('leaves out what was lost between the checkpoint and the crash', () => {
    const run = parseRunLog(
      log(
        ...lines(startLine(), updateLine(5), epochLine(1, 10), updateLine(15), epochLine(2, 20)),
        ...lines(startLine(10), updateLine(15), epochLine(2, 20), epochLine(3, 30)),
      ),
    );
    expect(run).toMatchObject({continuations: 1, missing: 0});
    expect([steps(run.updates), steps(run.epochs)]).toEqual([
      [5, 15],
      [10, 20, 30],
    ]);
  });

  it.each([
    ['goes on with the next epoch', [epochLine(2, 30), epochLine(3, 40)], [10, 20, 30, 40]],
    ['ends that epoch again', [epochLine(2, 20), epochLine(3, 30)], [10, 20, 30]],
  ])('counts epochs once where a run that %s continues from a checkpoint older than its line', (_, continued, at) => {
    const run = parseRunLog(
      log(...lines(startLine(), epochLine(1, 10), epochLine(2, 20)), ...lines(startLine(20), ...continued)),
    );
    expect(steps(run.epochs)).toEqual(at);
    expect(run.epochs.map(({epoch}) => epoch)).toEqual(at.map((_, i) => i + 1));
  });

  it('knows only the last run of a log that started anew', () => {
    const run = parseRunLog(
      log(...lines(startLine(), epochLine(1, 10)), ...lines(startLine(0, 'second'), epochLine(1, 12))),
    );
    expect(run).toMatchObject({name: 'second', continuations: 0, missing: 0});
    expect(steps(run.epochs)).toEqual([12]);
  });

  it('passes over lines of unknown types', () => {
    const weather = {type: 'weather', step: 1} as never;
    expect(parseRunLog(log(...lines(startLine(), weather, updateLine(5)))).updates).toHaveLength(1);
  });

  it.each([
    ['half a line', (line: string) => line.slice(0, 40)],
    ['a block of zeros', () => '\0'.repeat(512)],
    ['a number', () => '3'],
    ['nothing', () => 'null'],
    ['a type without its fields', () => '{"type":"epoch","step":7}'],
  ])('passes over %s in a line of its own, and says so', (_, damage) => {
    const all = lines(startLine(), updateLine(5), updateLine(7), epochLine(1, 10));
    const run = parseRunLog(log(...all.map((line, i) => (i === 2 ? damage(line) : line))));
    expect([steps(run.updates), steps(run.epochs)]).toEqual([[5], [10]]);
    expect(run.damaged).toEqual([{line: 3, received: expect.any(String)}]);
    expect(run.missing).toBe(lines === sealed ? 1 : 0);
  });

  it.each([
    ['half a line', (line: string) => line.slice(0, 40)],
    ['a block of zeros', () => '\0'.repeat(512)],
  ])('reads a line that %s was glued to', (_, damage) => {
    const [start, lost, next] = lines(startLine(), updateLine(5), epochLine(1, 10));
    const run = parseRunLog(log(start, damage(lost) + next));
    expect([steps(run.updates), steps(run.epochs)]).toEqual([[], [10]]);
    expect(run.damaged).toEqual([{line: 2, received: expect.any(String)}]);
  });

  it('reads two lines without a break between', () => {
    const [start, ...others] = lines(startLine(), updateLine(5), epochLine(1, 10));
    const run = parseRunLog(log(start, others.join('')));
    expect([steps(run.updates), steps(run.epochs)]).toEqual([[5], [10]]);
    expect(run).toMatchObject({damaged: [], missing: 0});
  });

  it('passes over byte-order marks, empty lines and the line ends of Windows', () => {
    const run = parseRunLog(`\uFEFF${lines(startLine(), updateLine(5), epochLine(1, 10)).join('\r\n\r\n')}\r\n`);
    expect([steps(run.updates), steps(run.epochs)]).toEqual([[5], [10]]);
    expect(run).toMatchObject({damaged: [], missing: 0, isCutOff: false});
  });
});

describe('parseRunLog', () => {
  it('sees that a number was changed', () => {
    const lines = sealed(startLine(), updateLine(5), epochLine(1, 10));
    const run = parseRunLog(
      log(...lines.map((line) => line.replace('"explorationRate":0.5', '"explorationRate":0.6'))),
    );
    expect(run.updates).toEqual([]);
    expect(run).toMatchObject({damaged: [{line: 2}], missing: 1});
  });

  it('takes no line without a number among numbered ones', () => {
    const [start, ...others] = sealed(startLine(), updateLine(5), epochLine(1, 10));
    const run = parseRunLog(log(start, ...plain(updateLine(5)), ...others));
    expect(steps(run.updates)).toEqual([5]);
    expect(run).toMatchObject({damaged: [{line: 2}], missing: 0});
  });

  it('counts a line once that was written twice', () => {
    const [start, update, epoch] = sealed(startLine(), updateLine(5), epochLine(1, 10));
    const run = parseRunLog(log(start, update, update, epoch));
    expect(steps(run.updates)).toEqual([5]);
    expect(run).toMatchObject({damaged: [], missing: 0});
  });

  it('reads a log that a later version continued with numbers', () => {
    const run = parseRunLog(
      log(...plain(startLine(), updateLine(5), epochLine(1, 10)), ...sealed(startLine(5), updateLine(10))),
    );
    expect([steps(run.updates), steps(run.epochs)]).toEqual([[5, 10], []]);
    expect(run).toMatchObject({continuations: 1, damaged: [], missing: 0});
  });

  it('reads on where the start of a continuation is damaged', () => {
    const [, ...continued] = sealed(startLine(10), updateLine(15), epochLine(2, 20), epochLine(3, 30));
    const run = parseRunLog(
      log(...sealed(startLine(), epochLine(1, 10), updateLine(15), epochLine(2, 20)), '\0\0\0', ...continued),
    );
    expect([steps(run.updates), steps(run.epochs)]).toEqual([[15], [10, 20, 30]]);
    expect(run).toMatchObject({damaged: [{line: 5}], missing: 1});
  });

  it('refuses steps that fall, where lines have no numbers', () => {
    const run = parseRunLog(log(...plain(startLine(), updateLine(10), updateLine(5), updateLine(15))));
    expect(steps(run.updates)).toEqual([10, 15]);
    expect(run.damaged).toHaveLength(1);
  });

  it.each([
    ['', 'received no line.'],
    [JSON.stringify(epochLine(1, 1)), 'received "{\\"type\\":\\"epoch\\"'],
    [JSON.stringify(startLine()).replace('"version":1', '"version":2'), '\\"version\\":2'],
    ['no log', 'received "no log".'],
  ])('refuses what is no log: %s', (first, received) => {
    for (const message of ['parseRunLog: a log must start with a line of the format itop-run, version 1,', received]) {
      expect(() => parseRunLog(first)).toThrow(message);
    }
  });
});
