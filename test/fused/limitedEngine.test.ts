import {execFileSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {build} from 'esbuild';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';

/** Where it finds the same packages. */
const folder = mkdtempSync('node_modules/.itop-');
const FILE = `${folder}/limitedEngine.mjs`;

const SCRIPT = `
  import * as tf from '@tensorflow/tfjs';
  import {explain, maskedDense, setThreads} from './src/index.ts';
  await tf.setBackend('cpu');
  setThreads(2);
  const model = tf.sequential({layers: [maskedDense({units: 4, density: 0.5, seed: 1, inputShape: [8]})]});
  model.compile({optimizer: tf.train.sgd(0.1), loss: 'meanSquaredError'});
  const [x, y] = [tf.ones([16, 8]), tf.ones([16, 4])];
  const losses = [];
  for (let i = 0; i < 4; i++) losses.push(Number((await model.trainOnBatch(x, y)).toFixed(5)));
  console.log(JSON.stringify({losses, isFused: explain(model).isFused}));
  process.exit(0);
`;

/** As a page does whose Content-Security-Policy allows no WebAssembly: what is valid cannot be compiled. */
const FORBID =
  '--import "data:text/javascript,WebAssembly.Module = class { constructor() { throw new WebAssembly.CompileError() } }"';

/** @param limit  of the address space, in KiB */
function train(limit: string, flags = ''): {losses: number[]; isFused: boolean} {
  const command = `ulimit -v ${limit}; exec "$0" ${flags} ${FILE}`;
  const output = execFileSync('bash', ['-c', command, process.execPath], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return JSON.parse(output.trim().split('\n').pop()!);
}

describe.runIf(process.platform === 'linux')('a process with limits', () => {
  let unlimited: ReturnType<typeof train>;

  beforeAll(async () => {
    const {outputFiles} = await build({
      stdin: {contents: SCRIPT, resolveDir: '.'},
      bundle: true,
      write: false,
      platform: 'node',
      format: 'esm',
      external: ['@tensorflow/*', 'seedrandom'],
    });
    writeFileSync(FILE, outputFiles[0].text);
    unlimited = train('unlimited');
    expect(unlimited.isFused).toBe(true);
  });

  afterAll(() => rmSync(folder, {recursive: true}));

  it('trains in a smaller heap where address space is limited', () => {
    expect(train('14000000')).toEqual(unlimited);
  });

  it('trains by stock ops where it must not compile WebAssembly', () => {
    expect(train('unlimited', FORBID)).toEqual({...unlimited, isFused: false});
  });

  it('trains by stock ops where WebAssembly has no memory at all', () => {
    expect(train('8000000')).toEqual({...unlimited, isFused: false});
  });
});
