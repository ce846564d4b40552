import * as tf from '@tensorflow/tfjs';
import type {ModelFiles} from '../protocol.ts';

/** What `model.json` names its weights. */
const WEIGHTS_FILE = 'model.weights.bin';

/** A model as the two files that TensorFlow.js loads everywhere. */
export async function saveModel(model: tf.LayersModel): Promise<ModelFiles> {
  let files: ModelFiles | undefined;
  const handler = tf.io.withSaveHandler(async (artifacts) => {
    const {weightData, weightSpecs, ...rest} = artifacts;
    const json = {...rest, weightsManifest: [{paths: [WEIGHTS_FILE], weights: weightSpecs}]};
    files = {json: JSON.stringify(json), weights: tf.io.concatenateArrayBuffers(toList(weightData))};
    return {modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts)};
  });
  await model.save(handler);
  return files!;
}

/** @throws Error if the files do not hold a model */
export async function loadModel({json, weights}: ModelFiles): Promise<tf.LayersModel> {
  const {weightsManifest, ...rest} = JSON.parse(json) as tf.io.ModelJSON;
  if (!weightsManifest) {
    throw new Error('load: the JSON file must be a model of TensorFlow.js, received another. Choose model.json.');
  }
  const weightSpecs = weightsManifest.flatMap((group) => group.weights);
  return tf.loadLayersModel(tf.io.fromMemory({...rest, weightSpecs, weightData: weights}));
}

function toList(data: tf.io.ModelArtifacts['weightData'] = []): ArrayBuffer[] {
  return Array.isArray(data) ? data : [data];
}
