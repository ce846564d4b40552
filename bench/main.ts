/** Times sparse training against dense tfjs: `npm run bench`, `npm run bench -- --help`. */

import '@tensorflow/tfjs-backend-wasm';
import {writeFileSync} from 'node:fs';
import {cpus, loadavg} from 'node:os';
import * as tf from '@tensorflow/tfjs';
import {networkCases} from './networks.ts';
import {parseOptions} from './options.ts';
import {productCases} from './products.ts';
import {race} from './race.ts';
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
    const ofModel: BenchResult[] = [];
    for (const cases of [networkCases(model, densities), productCases(model, densities)]) {
      for (const {what, contestants} of cases) {
        ofModel.push({backend, model: model.name, what, timings: await race(contestants, options)});
      }
    }
    console.log(`\n${renderTable(ofModel, densities)}`);
    results.push(...ofModel);
  }
}
if (options.json) {
  const report = {machine, loadBefore, date: new Date().toISOString(), results};
  writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
}
