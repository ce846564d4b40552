/**
 * Checks that the built package, loaded as ES module and as CommonJS, registers its kernels and layers and trains, that a report is
 * made of its log, and that its command plans: `npm run build`, then `npx tsx scripts/checkPackage.ts`.
 */
import {execFileSync} from 'node:child_process';

const BODY = `
  const model = tf.sequential({layers: [itop.maskedDense({units: 4, density: 0.5, inputShape: [8], seed: 1})]});
  model.compile({optimizer: 'sgd', loss: 'meanSquaredError'});
  const lines = [];
  const log = new itop.RunLog(model, (line) => lines.push(line), {name: 'check'});
  model.fit(tf.ones([4, 8]), tf.ones([4, 4]), {epochs: 1, verbose: 0, callbacks: log.callback()}).then(async () => {
    const missing = [...Object.values(itop.kernelNames).flatMap((name) => [[name, 'cpu'], [name, 'wasm']]),
      ['Conv2DBackpropFilter', 'wasm']].filter(([name, backend]) => tf.getKernel(name, backend) == null);
    if (missing.length > 0) throw new Error('kernels must be registered, missing ' + missing.join('; '));
    if (data.parseIdx === undefined) throw new Error('itop/data must export parseIdx');
    const {parseRunLog, renderReport} = await import('itop/report');
    if (!renderReport([parseRunLog(lines.join('\\n'))]).includes('Loss in training')) throw new Error('the report must have a chart');
    if (!(itop.sparseWeights(model)[0].weight instanceof core.SparseWeight)) throw new Error('itop and itop/core must share their modules');
    if (node.registerWebGPUInNode === undefined) throw new Error('itop/node must export registerWebGPUInNode');
    if (tf.getKernel(itop.kernelNames.sparseMatMul, 'webgpu') == null) throw new Error('kernels for webgpu must be registered');
  });`;

const FORMATS = {
  module: `import * as tf from '@tensorflow/tfjs'; import * as itop from 'itop'; import * as core from 'itop/core'; import * as data from 'itop/data'; import * as node from 'itop/node'; ${BODY}`,
  commonjs: `const tf = require('@tensorflow/tfjs'), itop = require('itop'), core = require('itop/core'), data = require('itop/data'), node = require('itop/node'); ${BODY}`,
};

for (const [format, source] of Object.entries(FORMATS)) {
  execFileSync(process.execPath, [`--input-type=${format}`, '--eval', source], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  console.log(`itop as ${format}: kernels registered, layers train, a report is made`);
}

const plan = execFileSync(process.execPath, ['dist/cli.js', 'plan', '--network', 'ResNet-18'], {encoding: 'utf8'});
const [rate] = /^R_s = 0\.\d+/m.exec(plan) ?? [];
if (rate === undefined) throw new Error(`itop plan must print R_s, printed ${plan}`);
console.log(`itop plan: ${rate} for ResNet-18`);
