/** Times sparse training against dense tfjs: `npm run bench`, `npm run bench -- --help`. */

import '@tensorflow/tfjs-backend-wasm';
import {writeFileSync} from 'node:fs';
import {cpus, loadavg} from 'node:os';
import * as tf from '@tensorflow/tfjs';
import {openGpu} from './gpu.ts';
import {parseOptions} from './options.ts';
import type {BenchReport, BenchResult} from './results.ts';
import {suite} from './suite.ts';
import {renderTable, resultTables} from './table.ts';

tf.enableProdMode();
const options = parseOptions(process.argv.slice(2));
const isHostAlone = options.parts.includes('webgpu-host');
const gpu =
  isHostAlone || options.parts.includes('webgpu') ? await openGpu(isHostAlone ? 'null' : undefined) : undefined;
const machine = {cpu: cpus()[0].model.trim(), cores: cpus().length, node: process.version, tfjs: tf.version.tfjs, gpu};
const [begin, loadBefore] = [new Date(), loadavg()[0]];
console.log(`${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, tfjs ${machine.tfjs}`);
if (gpu) {
  const {vendor, architecture, description, isSoftware} = gpu;
  const software = isSoftware && 'a SOFTWARE adapter: its figures say nothing about a GPU';
  const nothing = isHostAlone && 'a device that computes nothing';
  console.log(`GPU: ${[vendor, architecture, description, software, nothing].filter(Boolean).join(', ')}`);
}
console.log(
  `load ${loadBefore.toFixed(1)} before; ms best / median, × faster than dense by the best, G = GFLOP/s, GB/s and share of a copy's`,
);

const results: BenchResult[] = [];
for await (const rows of suite(options, gpu)) {
  results.push(...rows);
  for (const table of resultTables(rows)) console.log(`\n${renderTable(table)}`);
  if (options.json) writeReport(options.json);
}
const minutes = (Date.now() - begin.getTime()) / 60_000;
console.log(`\n${minutes.toFixed(1)} minutes, load ${loadavg()[0].toFixed(1)} at the end`);
if (gpu) process.exit(); // Node would not end by itself while WebGPU lives.

/** After each table, so that a run that is stopped leaves what it had. */
function writeReport(file: string): void {
  const [date, end] = [begin, new Date()].map((time) => time.toISOString());
  const report: BenchReport = {machine, date, end, loadBefore, loadAfter: loadavg()[0], results};
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
}
