import * as tf from '@tensorflow/tfjs';
import {sparsify} from 'itop';
import {expect, it} from 'vitest';
import {mlpCifar10} from '../../../examples/models/mlpCifar10.ts';

it('saves the MLP in as many megabytes as README says', async () => {
  const dense = mlpCifar10();
  const saved = async (model: tf.LayersModel) => {
    let bytes = 0;
    const handler = tf.io.withSaveHandler(async ({weightData}) => {
      bytes = (weightData as ArrayBuffer).byteLength;
      return {modelArtifactsInfo: {dateSaved: new Date(0), modelTopologyType: 'JSON'}};
    });
    await model.save(handler);
    model.dispose();
    return (bytes / 1e6).toFixed(1);
  };
  const sparse = [0.1, 0.05, 0.02].map((density) => sparsify(dense, {density, seed: 1}));
  expect(await Promise.all([dense, ...sparse].map(saved))).toEqual(['14.7', '3.0', '1.5', '0.6']);
});
