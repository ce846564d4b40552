import * as tf from '@tensorflow/tfjs';
import {models} from '../examples/models/index.ts';
import {multilayerPerceptron} from '../examples/models/multilayerPerceptron.ts';
import {onThreads} from './fusedSteps.ts';
import {compiled, type Data, disposeNetwork, randomData, sparseNetwork} from './models.ts';
import {fitContestant} from './networks.ts';
import type {Case, Contestant} from './race.ts';
import {onAcceleratedTfjs} from './stockKernels.ts';

/** Widths of the two hidden layers, and the one at which both lines have the same connections. */
const WIDTHS = [256, 512, 1024, 2048, 4096];
const MIDDLE = 1024;
const BATCHES = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048];
const DENSITY = 0.05;
const BATCH = 128;
const THREADS = [1, 2, 3, 4];
/** Trained on several threads: name, batch, steps of a run. */
const THREADED = [
  ['MLP-CIFAR10', BATCH, 8],
  ['ResNet-18', 32, 2],
] as const;

/**
 * Training steps of the fused step over the width of the layers, the batch and the number of threads: all of a line in turn.
 * `scripts/benchScaling.ts` draws the first two.
 */
export function* scalingCases(cores: number): Generator<Case> {
  const widths = WIDTHS.flatMap((width) => {
    const dense = wide(width);
    const densities = {
      'same density': DENSITY,
      'same connections': (DENSITY * wideConnections(MIDDLE)) / wideConnections(width),
    };
    const networks = Object.entries(densities).map(([label, density]) => ({
      label,
      row: `width ${width}`,
      network: sparseNetwork(dense, density),
    }));
    disposeNetwork(dense);
    return networks;
  });
  const inputs = randomData(widths[0].network, 4 * BATCH);
  yield {
    what: 'width',
    contestants: widths.map(({label, row, network}) => ({...stepping(label, network, inputs, BATCH, 1), row})),
  };
  tf.dispose({...inputs});
  for (const {network} of widths) disposeNetwork(network);

  const dense = compiled(models['MLP-CIFAR10']());
  const sparse = sparseNetwork(dense, DENSITY);
  const batches = BATCHES.map((batch) => ({batch, data: randomData(dense, Math.max(4, 256 / batch) * batch)}));
  yield {
    what: 'batch',
    contestants: batches.map(({batch, data}) => ({
      ...stepping('one thread', sparse, data, batch, 1),
      row: `batch ${batch}`,
    })),
  };
  for (const {data} of batches) tf.dispose({...data});
  for (const network of [dense, sparse]) disposeNetwork(network);

  for (const [name, batch, steps] of THREADED) {
    const network = compiled(models[name]());
    const thin = sparseNetwork(network, DENSITY, 'erdosRenyiKernel');
    const data = randomData(network, steps * batch);
    yield {
      what: 'threads',
      contestants: THREADS.filter((count) => count <= cores).map((count) => ({
        ...warmed(stepping(`${name}, batch ${batch}`, thin, data, batch, count)),
        row: `threads ${count}`,
      })),
    };
    tf.dispose({...data});
    for (const one of [network, thin]) disposeNetwork(one);
  }
}

function stepping(label: string, network: tf.LayersModel, data: Data, batch: number, threads: number): Contestant {
  return onThreads(threads, onAcceleratedTfjs(fitContestant(label, network, data, batch)));
}

/** With a run before each that is timed: other threads begin with new programs. */
function warmed(contestant: Contestant): Contestant {
  const prepare = async () => {
    await contestant.prepare?.();
    await contestant.run();
  };
  return {...contestant, prepare};
}

function wide(width: number): tf.LayersModel {
  return compiled(multilayerPerceptron([width, width], {inputShape: [1024], classes: 10}));
}

/** Connections of the dense network. */
function wideConnections(width: number): number {
  return width * (1024 + width + 10);
}
