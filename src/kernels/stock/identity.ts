import type * as tf from '@tensorflow/tfjs';
import type {WasmBackend} from '../hostMemory.ts';
import {type FastKernel, hasNumbers} from './fastKernel.ts';

/**
 * The same numbers under another tensor, of the wasm backend, by counting one more reference, as `Reshape` does there
 * and `Identity` on cpu. The tape of tfjs makes one of every tensor that it saves; the stock kernel copies it.
 */
export const identity: FastKernel = {
  kernelName: 'Identity',
  backendName: 'wasm',
  run({inputs, backend}) {
    const x = inputs.x as tf.TensorInfo;
    if (!hasNumbers(x)) return undefined;
    (backend as WasmBackend).incRef(x.dataId);
    return {dataId: x.dataId, shape: x.shape, dtype: x.dtype};
  },
};
