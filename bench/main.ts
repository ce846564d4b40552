/** Times sparse training against dense tfjs: `npm run bench`, `npm run bench -- --help`. */

import '@tensorflow/tfjs-backend-wasm';
import {writeFileSync} from 'node:fs';
import {cpus, loadavg} from 'node:os';
import * as tf from '@tensorflow/tfjs';
import {CONVOLUTIONS, convolutionCases} from './convolutions.ts';
import {networkCases} from './networks.ts';
import {parseOptions} from './options.ts';
import {productCases} from './products.ts';
import {type Case, race} from './race.ts';
import type {BenchResult} from './results.ts';
import {renderTable} from './table.ts';

tf.enableProdMode();
const options = parseOptions(process.argv.slice(2));
const {models, densities, backends} = options;
const machine = {cpu: cpus()[0].model.trim(), cores: cpus().length, node: process.version, tfjs: tf.version.tfjs};
const loadBefore = loadavg()[0];
console.log(`${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, tfjs ${machine.tfjs}`);
console.log(
  `load ${loadBefore.toFixed(1)} before; milliseconds, best / median, and times faster than dense (by the best)`,
);

const results: BenchResult[] = [];
for (const backend of backends) {
  if (!(await tf.setBackend(backend))) throw new Error(`bench: backend must start here, received ${backend}.`);
  for (const model of models) {
    await measure(backend, model.name, [networkCases(model, densities), productCases(model, densities)]);
  }
  if (options.convolutions) {
    const cases = CONVOLUTIONS.map((convolution) => convolutionCases(convolution, densities));
    await measure(backend, 'convolutions', cases);
  }
}

/** Races the contestants of each case, prints a table and keeps the results. */
async function measure(backend: string, model: string, groups: readonly Iterable<Case>[]): Promise<void> {
  const measured: BenchResult[] = [];
  for (const cases of groups) {
    for (const {what, contestants} of cases) {
      measured.push({backend, model, what, timings: await race(contestants, options)});
    }
  }
  console.log(`\n${renderTable(measured, densities)}`);
  results.push(...measured);
}

if (options.json) {
  const report = {machine, loadBefore, date: new Date().toISOString(), results};
  writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
}
