import type * as tf from '@tensorflow/tfjs';
import type {CpuBackend} from '../hostMemory.ts';
import {type FastKernel, float32Values, type KernelCall} from './fastKernel.ts';

/** Attributes of those ops that have any. */
interface Attrs {
  readonly alpha: number;
  readonly clipValueMin: number;
  readonly clipValueMax: number;
}

type Loop = (x: Float32Array, out: Float32Array, attrs: Attrs) => void;

// A loop for each op, with the expression of the stock kernel: see binary.ts.
const loops: Readonly<Record<string, Loop>> = {
  Neg: (x, out) => {
    for (let i = 0; i < x.length; i++) out[i] = -x[i];
  },
  Square: (x, out) => {
    for (let i = 0; i < x.length; i++) out[i] = x[i] * x[i];
  },
  Sqrt: (x, out) => {
    for (let i = 0; i < x.length; i++) out[i] = Math.sqrt(x[i]);
  },
  Rsqrt: (x, out) => {
    for (let i = 0; i < x.length; i++) out[i] = 1 / Math.sqrt(x[i]);
  },
  Exp: (x, out) => {
    for (let i = 0; i < x.length; i++) out[i] = Math.exp(x[i]);
  },
  Log: (x, out) => {
    for (let i = 0; i < x.length; i++) out[i] = Math.log(x[i]);
  },
  Floor: (x, out) => {
    for (let i = 0; i < x.length; i++) out[i] = Math.floor(x[i]);
  },
  Relu: (x, out) => {
    // The sign bit clears all others, without a branch; a NaN stays what it is.
    const bits = new Int32Array(x.buffer, x.byteOffset, x.length);
    const outBits = new Int32Array(out.buffer);
    for (let i = 0; i < x.length; i++) outBits[i] = Number.isNaN(x[i]) ? bits[i] : bits[i] & ~(bits[i] >> 31);
  },
  Elu: (x, out) => {
    for (let i = 0; i < x.length; i++) out[i] = x[i] >= 0 ? x[i] : Math.exp(x[i]) - 1;
  },
  Sigmoid: (x, out) => {
    for (let i = 0; i < x.length; i++) out[i] = 1 / (1 + Math.exp(-x[i]));
  },
  Tanh: (x, out) => {
    for (let i = 0; i < x.length; i++) out[i] = Math.tanh(x[i]);
  },
  Step: (x, out, {alpha}) => {
    if (Object.is(alpha, 0)) {
      for (let i = 0; i < x.length; i++) out[i] = Number.isNaN(x[i]) ? Number.NaN : Number(x[i] > 0);
    } else {
      for (let i = 0; i < x.length; i++) out[i] = x[i] > 0 ? 1 : x[i] <= 0 ? alpha : Number.NaN;
    }
  },
  ClipByValue: (x, out, {clipValueMin, clipValueMax}) => {
    for (let i = 0; i < x.length; i++) {
      out[i] = x[i] > clipValueMax ? clipValueMax : x[i] < clipValueMin ? clipValueMin : x[i];
    }
  },
};

/** The ops of one operand, element by element, of the cpu backend. */
export const unaryKernels: readonly FastKernel[] = Object.entries(loops).map(([kernelName, loop]) => ({
  kernelName,
  backendName: 'cpu',
  run({inputs, backend, attrs}: KernelCall) {
    const cpu = backend as CpuBackend;
    const x = inputs.x as tf.TensorInfo;
    const values = float32Values(cpu, x);
    if (!values) return undefined;
    const out = new Float32Array(values.length);
    loop(values, out, attrs as unknown as Attrs);
    return cpu.makeTensorInfo(x.shape, 'float32', out);
  },
}));
