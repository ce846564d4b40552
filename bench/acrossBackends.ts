import * as tf from '@tensorflow/tfjs';
import {denseNetwork, disposeNetwork, randomData, sparseNetwork} from './models.ts';
import {fitContestant} from './networks.ts';
import type {Case, Contestant} from './race.ts';
import type {BenchNetwork} from './shapes.ts';
import {onAcceleratedTfjs, onStockTfjs} from './stockKernels.ts';

/** A network as ITOP makes it sparse, on wasm, against the dense one on the cpu backend, where tfjs by itself can train it. */
export async function* acrossBackends(bench: BenchNetwork, density: number, batch: number): AsyncGenerator<Case> {
  const dense = await trainingOn('cpu', () => ({label: 'dense', network: denseNetwork(bench)}));
  const sparse = await trainingOn('wasm', () => {
    const network = denseNetwork(bench);
    const made = sparseNetwork(network, density, 'erdosRenyiKernel');
    disposeNetwork(network);
    return {label: `${density}`, network: made};
  });
  yield {
    what: `training step, batch ${batch}`,
    contestants: [onStockTfjs(dense.contestant), onAcceleratedTfjs(sparse.contestant)],
  };
  dense.dispose();
  sparse.dispose();

  /** With network and data of its own, since tensors move to the backend that uses them. */
  async function trainingOn(backend: string, make: () => {label: string; network: tf.LayersModel}) {
    await tf.setBackend(backend);
    const {label, network} = make();
    const data = randomData(network, batch);
    const contestant: Contestant = {
      ...fitContestant(label, network, data, batch),
      prepare: async () => {
        await tf.setBackend(backend);
      },
    };
    const dispose = () => {
      tf.dispose({...data});
      disposeNetwork(network);
    };
    return {contestant, dispose};
  }
}
