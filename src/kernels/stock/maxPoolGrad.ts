import * as tf from '@tensorflow/tfjs';
import type {CpuBackend} from '../hostMemory.ts';
import {type FastKernel, float32Values} from './fastKernel.ts';

type PoolInfo = ReturnType<typeof tf.backend_util.computePool2DInfo>;
type Pad = Parameters<typeof tf.backend_util.computePool2DInfo>[4];

interface Attrs {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: Pad;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** The gradient of max pooling, of the cpu backend: each window gives its own to the first of its largest elements. */
export const maxPoolGrad: FastKernel = {
  kernelName: 'MaxPoolGrad',
  backendName: 'cpu',
  run({inputs, backend, attrs}) {
    const cpu = backend as CpuBackend;
    const {dy, input} = inputs as {dy: tf.TensorInfo; input: tf.Tensor4D};
    const {filterSize, strides, pad, dimRoundingMode} = attrs as unknown as Attrs;
    const dyValues = float32Values(cpu, dy);
    const x = float32Values(cpu, input);
    if (!dyValues || !x) return undefined;
    const info = tf.backend_util.computePool2DInfo(input.shape, filterSize, strides, 1, pad, dimRoundingMode);
    return cpu.makeTensorInfo(input.shape, 'float32', scatter(dyValues, x, info));
  },
};

/** Where windows overlap, adds in double precision and in the order of the windows, as the stock kernel does. */
function scatter(dy: Float32Array, x: Float32Array, info: PoolInfo): Float32Array {
  const {batchSize, inHeight, inWidth, inChannels: channels, outHeight, outWidth} = info;
  const dx = new Float64Array(x.length);
  for (let sample = 0, k = 0; sample < batchSize; sample++) {
    for (let row = 0; row < outHeight; row++) {
      const top = row * info.strideHeight - info.padInfo.top;
      const bottom = Math.min(top + info.filterHeight, inHeight);
      for (let column = 0; column < outWidth; column++) {
        const left = column * info.strideWidth - info.padInfo.left;
        const right = Math.min(left + info.filterWidth, inWidth);
        for (let channel = 0; channel < channels; channel++, k++) {
          let max = Number.NEGATIVE_INFINITY;
          let place = -1;
          for (let r = Math.max(top, 0); r < bottom; r++) {
            for (let c = Math.max(left, 0); c < right; c++) {
              const i = ((sample * inHeight + r) * inWidth + c) * channels + channel;
              if (x[i] > max) {
                max = x[i];
                place = i;
              }
            }
          }
          if (place >= 0) dx[place] += dy[k];
        }
      }
    }
  }
  return new Float32Array(dx);
}
