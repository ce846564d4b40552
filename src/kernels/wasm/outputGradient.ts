import {kernelNames, type OutputAttrs} from '../../ops/kernelNames.ts';
import {sizeOf} from '../../topology/positions.ts';
import type {WasmKernel} from './wasmKernel.ts';

/** The gradient of activation and bias, in one pass over the output's gradient. */
export const outputGradient: WasmKernel<OutputAttrs> = {
  kernelName: kernelNames.outputGradient,
  run(frame, {dy, y}, {activation = 'linear', hasBias}) {
    const features = dy.shape[dy.shape.length - 1];
    const dz = activation === 'linear' ? undefined : frame.output(dy.shape);
    const dBias = hasBias ? frame.output([features]) : undefined;
    const output = dz ? frame.input(y) : 0;
    frame.kernels.outputGradient(
      frame.input(dy),
      output,
      dz?.address ?? 0,
      dBias?.address ?? 0,
      sizeOf(dy.shape) / features,
      features,
    );
    return [dz, dBias].flatMap((result) => (result ? [result.toTensor()] : []));
  },
};
