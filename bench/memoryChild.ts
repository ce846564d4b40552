/** Trains one network for a few steps, or none, and prints the peak memory of this process; see memory.ts. */

import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs';
import {maskedConv2d, maskedDense} from 'itop';
import type {KernelLayers} from '../examples/models/modelOptions.ts';
import {builders} from './builders.ts';
import {compiled, randomData} from './models.ts';
import {useAcceleratedTfjs} from './stockKernels.ts';

const STEPS = 3;

const [backend, name, label, batch] = process.argv.slice(2);
tf.enableProdMode();
await tf.setBackend(backend);
if (name) await train(name as keyof typeof builders, Number(batch));
console.log((process.resourceUsage().maxRSS * 1024) / 1e6);

async function train(name: keyof typeof builders, batchSize: number): Promise<void> {
  const isDense = label === 'dense';
  useAcceleratedTfjs(!isDense);
  const network = compiled(builders[name](isDense ? {} : {layers: maskedLayers(Number(label))}));
  const {x, y} = randomData(network, batchSize);
  await network.fit(x, y, {batchSize, epochs: STEPS, shuffle: false});
}

/** Layers that are sparse from the start: no dense kernel exists in this process. */
function maskedLayers(density: number): KernelLayers {
  return {
    conv2d: (args) => maskedConv2d({...args, density, seed: 1}),
    dense: (args) => maskedDense({...args, density, seed: 1}),
  };
}
