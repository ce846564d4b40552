import {gzipSync} from 'node:zlib';
import fc from 'fast-check';
import {expect, it} from 'vitest';
import {parseCifar10} from '../../src/data/cifar10.ts';
import {datasetFromIdx, parseIdx} from '../../src/data/idx.ts';
import {maybeGunzip} from '../../src/data/maybeGunzip.ts';
import {parseRunLog, type Run} from '../../src/log/parseRunLog.ts';
import {runCsv} from '../../src/log/runCsv.ts';
import type {RunLine} from '../../src/log/runLines.ts';
import {sealLine} from '../../src/log/sealedLine.ts';
import {planCommand} from '../../src/planner/command.ts';
import {readShapes} from '../../src/planner/readShapes.ts';
import {renderReport} from '../../src/report/renderReport.ts';
import {runCommand} from '../support/command.ts';
import {unbalancedTags} from '../support/html.ts';
import {epochLine, picturesLine, startLine, updateLine} from '../support/logLines.ts';
import {hostileRuns, mutatedBytes, mutatedText, mutatedValues, outcomeOf, wildValue} from '../support/mutations.ts';

const lines: RunLine[] = [
  startLine(),
  picturesLine(0),
  updateLine(5),
  updateLine(10),
  epochLine(1, 10),
  picturesLine(10),
  updateLine(15),
  epochLine(2, 20),
];
const sealed = lines.map((line, number) => `${sealLine(line, number)}\n`).join('');
const linesOf = ({start, updates, epochs, pictures}: Run): RunLine[] => [start, ...updates, ...epochs, ...pictures];

it('a changed log gives lines as they were written, and no others', async () => {
  const written = new Set(lines.map((line) => JSON.stringify(line)));
  await fc.assert(
    fc.asyncProperty(mutatedText(sealed), async (text) => {
      const run = await outcomeOf(() => parseRunLog(text));
      for (const line of run ? linesOf(run) : []) expect(written).toContain(JSON.stringify(line));
      if (run && text === sealed) expect(run).toMatchObject({damaged: [], missing: 0});
    }),
    hostileRuns(200),
  );
});

it('a log without checksums, of changed lines, is a page and a table all the same', async () => {
  await fc.assert(
    fc.asyncProperty(mutatedValues(lines), async (changed) => {
      const rows = Array.isArray(changed) ? changed : [changed];
      let text: string;
      try {
        text = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
      } catch {
        return;
      }
      const run = await outcomeOf(() => parseRunLog(text));
      if (!run) return;
      const html = renderReport([run, parseRunLog(sealed)]);
      expect(unbalancedTags(html)).toEqual([]);
      expect(html.replace(/base64,[^"]*/g, '')).not.toMatch(/<b onclick|>(NaN|undefined)/);
      expect(runCsv(run).split('\n').length).toBeGreaterThan(run.updates.length + run.epochs.length);
    }),
    hostileRuns(10),
  );
});

it('a plan of changed options is refused, or has shares in [0, 1]', async () => {
  const args = {
    layers: '784x300 2*3x3x64x64 100x10',
    density: '0.05',
    samples: '60000',
    'batch-size': '100',
    epochs: '10',
    'update-interval': '300',
    'drop-fraction': '0.5',
    target: '0.9',
    distribution: 'erdosRenyi',
    growth: 'random',
    schedule: 'cosine',
  };
  const isName = (name: string) => Object.hasOwn(args, name);
  await fc.assert(
    fc.asyncProperty(mutatedValues(args), fc.nat(), async (changed, what) => {
      if (typeof changed !== 'object' || changed === null || Array.isArray(changed)) return;
      const given = Object.entries(changed).filter(([name]) => isName(name));
      const written = (value: unknown) => (typeof value === 'object' ? '[]' : String(value));
      const flags = given.map(([name, value], i) => `--${name}=${written(i === what % 40 ? wildValue(what) : value)}`);
      const {printed, failed} = await runCommand(planCommand, [...flags, '--json']);
      if (failed) {
        expect(printed).toMatch(/^(itop plan|error): .*\.?$/);
        return;
      }
      const {plan, forecast} = JSON.parse(printed);
      for (const rate of [plan.rate, forecast.rate, ...Object.values<number>(forecast.rates)]) {
        expect(rate >= 0 && rate <= 1 + 1e-9).toBe(true);
      }
    }),
    hostileRuns(50),
  );
});

it('changed shapes are refused, or are shapes', async () => {
  await fc.assert(
    fc.asyncProperty(mutatedText('784x300, 2*3x3x64x128\n1×1×64x10;'), async (text) => {
      for (const {count, shape} of (await outcomeOf(() => readShapes(text, 1000))) ?? []) {
        expect([count, ...shape].every((number) => Number.isSafeInteger(number) && number > 0)).toBe(true);
      }
    }),
    hostileRuns(100),
  );
});

const images = Uint8Array.from([0, 0, 8, 3, 0, 0, 0, 4, 0, 0, 0, 3, 0, 0, 0, 2, ...Array(24).keys()]);
const labels = parseIdx(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 4, 1, 2, 3, 9));

it('a changed IDX file is refused, or holds as many elements as its shape says', async () => {
  await fc.assert(
    fc.asyncProperty(mutatedBytes(images), async (bytes) => {
      const array = await outcomeOf(() => parseIdx(bytes));
      if (!array) return;
      expect(array.shape.reduce((product, dimension) => product * dimension, 1)).toBe(array.data.length);
      const dataset = await outcomeOf(() => datasetFromIdx(array, labels));
      if (dataset) expect(dataset.inputs.length).toBe(4 * dataset.sampleShape.reduce((a, b) => a * b));
    }),
    hostileRuns(200),
  );
});

it('a changed batch of CIFAR-10 is refused, or holds whole samples of ten classes', async () => {
  const batch = new Uint8Array(2 * 3073).fill(5);
  await fc.assert(
    fc.asyncProperty(mutatedBytes(batch), async (bytes) => {
      const dataset = await outcomeOf(() => parseCifar10(bytes));
      if (!dataset) return;
      expect([dataset.inputs.length, dataset.labels.length]).toEqual([3072 * dataset.count, dataset.count]);
      expect(dataset.labels.every((label) => label < 10)).toBe(true);
    }),
    hostileRuns(50),
  );
});

it('a changed gzip file is refused, or has the content that was zipped', async () => {
  const content = Uint8Array.from({length: 2000}, (_, i) => (i * i) >> 4);
  await fc.assert(
    fc.asyncProperty(mutatedBytes(new Uint8Array(gzipSync(content))), async (bytes) => {
      const unzipped = await outcomeOf(() => maybeGunzip(bytes, {maxBytes: 10_000}));
      if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) expect(unzipped).toBe(bytes);
      else if (unzipped) {
        // A file of gzip may have several members.
        const times = unzipped.length / content.length;
        expect(Buffer.from(unzipped).equals(Buffer.concat(Array(times).fill(content)))).toBe(true);
      }
    }),
    hostileRuns(50),
  );
});
