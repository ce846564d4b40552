/** Times sparse training against dense tfjs: `npm run bench`, `npm run bench -- --help`. */

import {writeFileSync} from 'node:fs';
import {cpus, loadavg} from 'node:os';
import * as tf from '@tensorflow/tfjs';
import {openGpu} from './gpu.ts';
import {type Check, gpuChecks} from './gpuChecks.ts';
import {GPU_PARTS, parseOptions} from './options.ts';
import type {BenchReport, BenchResult} from './results.ts';
import {suite} from './suite.ts';
import {renderTable, resultTables} from './table.ts';

tf.enableProdMode();
const options = parseOptions(process.argv.slice(2));
if (options.parts.some((part) => !GPU_PARTS.includes(part))) await import('@tensorflow/tfjs-backend-wasm');
const isHostAlone = options.parts.includes('webgpu-host');
const gpu =
  isHostAlone || options.parts.some((part) => GPU_PARTS.includes(part))
    ? await openGpu(isHostAlone ? 'null' : undefined)
    : undefined;
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

const checks: Check[] = [];
if (options.parts.includes('webgpu-checks')) {
  for await (const check of gpuChecks()) {
    const {what, difference, bound} = check;
    checks.push(check);
    console.log(`${difference <= bound ? 'equal' : 'DIFFERENT'}  ${difference.toExponential(1)} of ${bound}  ${what}`);
    if (options.json) writeReport(options.json);
  }
}
const results: BenchResult[] = [];
for await (const rows of suite(options, gpu)) {
  results.push(...rows);
  for (const table of resultTables(rows)) console.log(`\n${renderTable(table)}`);
  if (options.json) writeReport(options.json);
}
const minutes = (Date.now() - begin.getTime()) / 60_000;
console.log(`\n${minutes.toFixed(1)} minutes, load ${loadavg()[0].toFixed(1)} at the end`);
if (gpu) process.exit(checks.every(({difference, bound}) => difference <= bound) ? 0 : 1); // Node would not end by itself while WebGPU lives.

/** After each row, so that a run that is stopped leaves what it had. */
function writeReport(file: string): void {
  const [date, end] = [begin, new Date()].map((time) => time.toISOString());
  const report: BenchReport = {machine, date, end, loadBefore, loadAfter: loadavg()[0], checks, results};
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
}
