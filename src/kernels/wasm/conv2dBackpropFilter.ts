import * as tf from '@tensorflow/tfjs';
import {convGeometryOf} from '../../ops/convGeometry.ts';
import {filterGradientByConvolution} from '../../ops/convGradients.ts';
import {borrowKernels} from './borrowedKernels.ts';

/** Attributes of the stock kernel `Conv2DBackpropFilter`. */
interface Attrs {
  readonly strides: number | [number, number];
  readonly pad: Parameters<typeof tf.backend_util.computeConv2DInfo>[4];
  readonly dataFormat: 'NHWC' | 'NCHW';
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly filterShape: [number, number, number, number];
}

/**
 * Registers the stock kernel `Conv2DBackpropFilter` for tfjs's wasm backend, which has none, so that convolutions train
 * there, itop's and stock ones alike. Does nothing where a kernel of that name is registered already.
 */
export function registerConv2dBackpropFilter(): void {
  if (tf.getKernel('Conv2DBackpropFilter', 'wasm') != null) return;
  tf.registerKernel({
    kernelName: 'Conv2DBackpropFilter',
    backendName: 'wasm',
    setupFunc: borrowKernels,
    kernelFunc: ({inputs, attrs: namedAttrs}) => {
      const {x, dy} = inputs as {x: tf.Tensor4D; dy: tf.Tensor4D};
      const {strides, pad, dataFormat, dimRoundingMode, filterShape} = namedAttrs as unknown as Attrs;
      if (dataFormat !== 'NHWC') {
        throw new Error(
          `Conv2DBackpropFilter: dataFormat must be NHWC on the wasm backend, received ${dataFormat}. Transpose to NHWC first.`,
        );
      }
      const info = tf.backend_util.computeConv2DInfo(x.shape, filterShape, strides, 1, pad, dimRoundingMode);
      return filterGradientByConvolution(x, dy, convGeometryOf(info));
    },
  });
}
