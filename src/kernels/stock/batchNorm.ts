import type * as tf from '@tensorflow/tfjs';
import type {CpuBackend} from '../hostMemory.ts';
import {type FastKernel, float32Values} from './fastKernel.ts';

type Parameter = 'mean' | 'variance' | 'scale' | 'offset';

/** The normalization of channels, of the cpu backend: one root for each channel, not for each element. */
export const batchNorm: FastKernel = {
  kernelName: 'FusedBatchNorm',
  backendName: 'cpu',
  run({inputs, backend, attrs}) {
    const cpu = backend as CpuBackend;
    const x = inputs.x as tf.TensorInfo;
    const {varianceEpsilon} = attrs as {varianceEpsilon: number};
    const channels = x.shape[x.shape.length - 1];
    const ofChannels = (name: Parameter, fallback?: number): Float32Array | undefined => {
      const tensor = inputs[name];
      if (tensor == null) return fallback === undefined ? undefined : new Float32Array(channels).fill(fallback);
      const values = float32Values(cpu, tensor);
      return values?.length === channels ? values : undefined;
    };
    const values = float32Values(cpu, x);
    const mean = ofChannels('mean');
    const variance = ofChannels('variance');
    const scale = ofChannels('scale', 1);
    const offset = ofChannels('offset', 0);
    if (!values || !mean || !variance || !scale || !offset || varianceEpsilon == null) return undefined;
    const deviation = Float64Array.from(variance, (value) => Math.sqrt(value + varianceEpsilon));
    const out = new Float32Array(values.length);
    for (let i = 0; i < out.length; i += channels) {
      for (let c = 0; c < channels; c++) out[i + c] = offset[c] + ((values[i + c] - mean[c]) * scale[c]) / deviation[c];
    }
    return cpu.makeTensorInfo(x.shape, 'float32', out);
  },
};
