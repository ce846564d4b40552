import * as tf from '@tensorflow/tfjs';
import {smallestModel} from './compiledModel.ts';

/** The version of tfjs-layers whose private parts the fused and the replayed step were written for, and tested with. */
const TESTED = '4.22.0';

/** Private parts of a compiled model, of a layer and of an optimizer that they use. */
const PARTS = {
  model: ['collectedTrainableWeights', 'lossFunctions', 'metricsTensors', 'optimizer_', 'calculateLosses'],
  methods: ['makeTrainFunction', 'makeTestFunction', 'predictLoop', 'fit', 'evaluate', 'dispose'],
  layer: ['_callHook', '_losses', 'inboundNodes', 'trainable_'],
  optimizer: ['minimize', 'computeGradients', 'applyGradients', 'incrementIterations'],
} as const;

/**
 * True if this TensorFlow.js has the parts that standing in for its methods needs. Another version than the tested one is looked
 * at; where a part is missing, everything is left to its single ops, and a warning says so.
 *
 * @param version  of tfjs-layers. @defaultValue that which is loaded
 */
export function isKnownTfjs(version: string = tf.version['tfjs-layers']): boolean {
  if (version === TESTED) return true;
  const missing = missingParts();
  if (missing.length === 0) return true;
  console.warn(
    `itop: TensorFlow.js must have the private members of version ${TESTED} for the fused step, received version ${version} ` +
      `without ${missing.join(', ')}. Models train by single ops: slower, with the same results.`,
  );
  return false;
}

function missingParts(): string[] {
  const {layer, compiled} = smallestModel();
  const objects = {
    model: compiled('meanSquaredError'),
    methods: tf.LayersModel.prototype,
    layer,
    optimizer: tf.SGDOptimizer.prototype,
  };
  return Object.entries(objects).flatMap(([kind, object]) =>
    PARTS[kind as keyof typeof PARTS].filter((name) => !(name in object)).map((name) => `${kind}.${name}`),
  );
}
