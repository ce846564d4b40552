import * as tf from '@tensorflow/tfjs';
import {seemFinite} from '../../topology/checkFinite.ts';
import {type CpuBackend, hostMemory, type NumberArray, type NumberType, type WasmBackend} from '../hostMemory.ts';
import type {FastKernel, KernelCall} from '../stock/fastKernel.ts';
import {maxPoolGrad} from '../stock/maxPoolGrad.ts';
import {isCutOff, relu6, thenCutOff} from './cutOff.ts';

/** A stock kernel that tfjs's wasm backend takes from its cpu backend, or that is made right in another way. */
interface BorrowedKernel {
  readonly kernelName: string;
  /** The calls that the backend's own kernel gets wrong. @defaultValue all of them */
  isWrong?(call: KernelCall): boolean;
  /** Does the same faster, for the calls that matter. */
  readonly fast?: FastKernel;
  /** Does the same by the backend's own kernel. @defaultValue the kernel of the cpu backend */
  readonly made?: (call: KernelCall, stock: tf.KernelFunc) => tf.TensorInfo;
}

const BORROWED: readonly BorrowedKernel[] = [
  // Those of max pooling take 0, or what is left in the memory, for the largest number of some windows.
  {kernelName: 'MaxPoolGrad', fast: maxPoolGrad},
  {kernelName: 'MaxPool3D'},
  {kernelName: 'MaxPool3DGrad'},
  // Those of 3D convolution add to what is left in the memory.
  {kernelName: 'Conv3DBackpropInputV2'},
  {kernelName: 'Conv3DBackpropFilterV2'},
  // That of the backend makes a bound of NaN, and a loss finite that is not.
  {kernelName: 'ClipByValue'},
  // These make 0 of NaN.
  {kernelName: 'Relu6', made: relu6},
  {kernelName: '_FusedMatMul', isWrong: isCutOff, made: thenCutOff},
  // These make an infinity of NaN, and an activation that follows a number like any other. The input is not looked at: that would make
  // depthwise convolutions slower by a quarter.
  ...['Conv2D', 'FusedConv2D', 'DepthwiseConv2dNative', 'FusedDepthwiseConv2D'].map((kernelName) => ({
    kernelName,
    isWrong: hasDiverged,
  })),
  {kernelName: 'Prelu', isWrong: ({inputs}) => !isTrailing(inputs.alpha as tf.TensorInfo, inputs.x as tf.TensorInfo)},
  // These the backend does not have.
  {kernelName: 'DepthwiseConv2dNativeBackpropInput'},
  {kernelName: 'DepthwiseConv2dNativeBackpropFilter'},
];

const registered = new WeakSet<tf.KernelConfig>();

/**
 * Registers the borrowed kernels in the place of the wasm backend's own, if its package is there. Called when the library is loaded,
 * and when the backend starts: a package that is loaded later brings its own.
 */
export function borrowKernels(): void {
  if (tf.findBackendFactory('wasm') == null) return;
  for (const borrowed of BORROWED) {
    const {kernelName} = borrowed;
    const stock = tf.getKernel(kernelName, 'wasm') as tf.KernelConfig | undefined;
    if (stock && registered.has(stock)) continue;
    const kernel: tf.KernelConfig = {
      ...stock,
      kernelName,
      backendName: 'wasm',
      kernelFunc: kernelFunc(borrowed, stock),
    };
    // Registered over another, tfjs would warn.
    if (stock) tf.unregisterKernel(kernelName, 'wasm');
    tf.registerKernel(kernel);
    registered.add(kernel);
  }
}

function kernelFunc({kernelName, isWrong, fast, made}: BorrowedKernel, stock?: tf.KernelConfig): tf.KernelFunc {
  return (call) => {
    if (stock && isWrong?.(call) === false) return stock.kernelFunc(call);
    if (stock && made) return made(call, stock.kernelFunc);
    const onCpu = {...call, backend: asCpu(call)};
    return fast?.run(onCpu) ?? tf.getKernel(kernelName, 'cpu').kernelFunc(onCpu);
  };
}

/** The wasm backend as kernels of the cpu backend see theirs: they read the heap of the one, and what they make is copied into it. */
function asCpu({inputs, backend}: KernelCall): CpuBackend {
  const wasm = backend as WasmBackend;
  const memory = hostMemory.wasm(backend);
  const tensors = Object.values(inputs) as (tf.TensorInfo | undefined)[];
  return {
    data: {get: (dataId) => ({values: memory.valuesOf(tensors.find((tensor) => tensor?.dataId === dataId)!)})},
    bufferSync: (tensor) => tf.buffer(tensor.shape, tensor.dtype, memory.valuesOf(tensor)),
    makeTensorInfo(shape: number[], dtype: NumberType, values: NumberArray) {
      const tensor = memory.allocate(shape, dtype);
      memory.valuesOf(tensor).set(values);
      tensors.push(tensor);
      return tensor;
    },
    disposeIntermediateTensorInfo: ({dataId}) => wasm.disposeData(dataId),
    incRef: (dataId) => wasm.incRef(dataId),
  };
}

/** True if a convolution's filter or bias has a number that is not finite. */
function hasDiverged({inputs: {filter, bias}, backend}: KernelCall): boolean {
  const memory = hostMemory.wasm(backend);
  return [filter, bias].some((weights) => weights && !seemFinite(memory.valuesOf(weights)));
}

/** True if one shape is the end of the other, but for ones before it. */
function isTrailing(part: tf.TensorInfo, whole: tf.TensorInfo): boolean {
  const shape = part.shape.slice(part.shape.findIndex((dimension) => dimension !== 1));
  return shape.every((dimension, i) => dimension === whole.shape[whole.shape.length - shape.length + i]);
}
