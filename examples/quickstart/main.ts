import {mkdirSync, readFileSync} from 'node:fs';
import {cpus} from 'node:os';
import {join} from 'node:path';
import * as tf from '@tensorflow/tfjs';
import {fileSink} from 'itop';
import {firstSamples} from 'itop/data';
import {progressBar} from 'itop/node';
import {parseRunLog, renderReport} from 'itop/report';
import {useBackend} from './backend.ts';
import {writeWhole} from './download.ts';
import {loadMnist} from './loadMnist.ts';
import {METHOD_NAMES, type Method} from './methods.ts';
import {fittingInterval, parseOptions} from './options.ts';
import type {Machine, MethodResult, QuickstartResults} from './results.ts';
import {renderTable} from './table.ts';
import {totalSteps, trainMethod} from './train.ts';

async function main(): Promise<void> {
  const given = parseOptions(process.argv.slice(2));
  await useBackend(given.backend);
  const data = await loadMnist({folder: given.data, download: given.download, log: console.log});
  const train = given.samples === undefined ? data.train : firstSamples(data.train, given.samples);
  const {updateInterval = fittingInterval(totalSteps({train, options: given}))} = given;
  const options = {...given, updateInterval};
  console.log(
    `${data.source}: ${train.count} training images, ${data.test.count} test images; backend ${tf.getBackend()}\n`,
  );

  const machine: Machine = {
    backend: tf.getBackend(),
    cpu: cpus()[0].model,
    cores: cpus().length,
    node: process.version,
  };
  const facts = {source: data.source, trainSamples: train.count, testSamples: data.test.count};
  const logOf = (method: Method) => join(options.out, `${method}.jsonl`);
  mkdirSync(options.out, {recursive: true});
  const methods: MethodResult[] = [];
  for (const method of options.methods) {
    const name = METHOD_NAMES[method].padEnd(13);
    const progress = progressBar({title: name, stream: process.stdout});
    const sink = fileSink(logOf(method));
    const circumstances = {...facts, ...machine};
    methods.push(await trainMethod(method, {train, test: data.test, options, sink, circumstances, progress}));
  }

  const results: QuickstartResults = {
    ...facts,
    settings: options,
    machine,
    date: new Date().toISOString(),
    methods,
  };
  const write = (name: string, text: string) => writeWhole(join(options.out, name), new TextEncoder().encode(text));
  await write('results.json', `${JSON.stringify(results, null, 2)}\n`);
  const runs = options.methods.map((method) => parseRunLog(readFileSync(logOf(method), 'utf8')));
  await write('report.html', renderReport(runs, {title: `LeNet-300-100 on ${data.source}`}));
  console.log(`\n${data.source}\n${renderTable(methods)}`);
  console.log(`Report: ${join(options.out, 'report.html')}, numbers: ${join(options.out, 'results.json')}`);
}

try {
  await main();
  process.exit(); // Dawn keeps the process alive as long as its instance lives
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}
