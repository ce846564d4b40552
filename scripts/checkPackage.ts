/**
 * Checks that the built package, loaded as ES module and as CommonJS, registers its kernels and layers and trains:
 * `npm run build`, then `npx tsx scripts/checkPackage.ts`.
 */
import {execFileSync} from 'node:child_process';

const BODY = `
  const model = tf.sequential({layers: [itop.maskedDense({units: 4, density: 0.5, inputShape: [8], seed: 1})]});
  model.compile({optimizer: 'sgd', loss: 'meanSquaredError'});
  model.fit(tf.ones([4, 8]), tf.ones([4, 4]), {epochs: 1, verbose: 0}).then(() => {
    const missing = [...Object.values(itop.kernelNames).flatMap((name) => [[name, 'cpu'], [name, 'wasm']]),
      ['Conv2DBackpropFilter', 'wasm']].filter(([name, backend]) => tf.getKernel(name, backend) == null);
    if (missing.length > 0) throw new Error('kernels must be registered, missing ' + missing.join('; '));
    if (data.parseIdx === undefined) throw new Error('itop/data must export parseIdx');
    if (node.registerWebGPUInNode === undefined) throw new Error('itop/node must export registerWebGPUInNode');
    if (tf.getKernel(itop.kernelNames.sparseMatMul, 'webgpu') == null) throw new Error('kernels for webgpu must be registered');
  });`;

const FORMATS = {
  module: `import * as tf from '@tensorflow/tfjs'; import * as itop from 'itop'; import * as data from 'itop/data'; import * as node from 'itop/node'; ${BODY}`,
  commonjs: `const tf = require('@tensorflow/tfjs'), itop = require('itop'), data = require('itop/data'), node = require('itop/node'); ${BODY}`,
};

for (const [format, source] of Object.entries(FORMATS)) {
  execFileSync(process.execPath, [`--input-type=${format}`, '--eval', source], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  console.log(`itop as ${format}: kernels registered, layers train`);
}
