/** Deep Rewiring: weights walk at random, drawn to zero; where one crosses it, the connection goes, and another begins elsewhere. */

import * as tf from '@tensorflow/tfjs';
import {DSTScheduler, deepRewiring, sparsify} from 'itop';
import {denseNetwork, report, trainModel} from './task.ts';

const model = sparsify(denseNetwork({kernelRegularizer: tf.regularizers.l1({l1: 1e-5})}), {density: 0.2, seed: 1});
const scheduler = await trainModel(model, (compiled) => new DSTScheduler(compiled, {...deepRewiring(1e-4), seed: 1}));
await report('deepRewiring', model, scheduler);
