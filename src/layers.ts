/**
 * The sparse layers, for pages and programs that only load a saved model:
 *
 * ```ts
 * import 'itop/layers';
 * const model = await tf.loadLayersModel('https://example.com/sparse/model.json');
 * ```
 *
 * @module itop/layers
 */

import * as tf from '@tensorflow/tfjs';
import {MaskedConv2d} from './sparse/maskedConv2d.ts';
import {MaskedDense} from './sparse/maskedDense.ts';

// Their modules do so as well, but a bundler leaves those out of which nothing is used.
tf.serialization.registerClass(MaskedDense);
tf.serialization.registerClass(MaskedConv2d);
