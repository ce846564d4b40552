import type * as tf from '@tensorflow/tfjs';
import {sizeOf} from '../../topology/positions.ts';
import {ELEMENT_THREADS} from './programs/elementwise.ts';
import {toFloat} from './programs/toFloat.ts';
import {substitute} from './substitute.ts';

/** The part of tfjs's webgpu backend that kernels use; typed here, so that the package need not be installed. */
export interface GpuBackend {
  readonly device: {
    readonly limits: GpuLimits;
    createShaderModule(descriptor: {readonly code: string}): unknown;
    readonly lost: Promise<{readonly message: string}>;
    addEventListener(
      type: 'uncapturederror',
      listener: (event: {readonly error: {readonly message: string}}) => void,
    ): void;
  };
  /** The types that numbers have on the device: a tensor that tfjs cast upward shares the data of what it was cast from. */
  readonly tensorMap: {get(dataId: object): {readonly dtype: tf.DataType}};
  incRef(dataId: object): void;
  disposeData(dataId: object): boolean;
  makeTensorInfo(shape: number[], dtype: 'float32' | 'int32', values?: Float32Array | Int32Array): tf.TensorInfo;
  runWebGPUProgram(
    program: TfjsProgram,
    inputs: readonly tf.TensorInfo[],
    outputDtype: 'float32' | 'int32',
    uniforms: readonly {readonly type: 'int32' | 'float32'; readonly data: number[]}[],
  ): tf.TensorInfo;
}

/** The limits of a device that a product can meet. */
export interface GpuLimits {
  /** Bytes of one buffer, as a shader sees it. */
  readonly maxStorageBufferBindingSize: number;
  /** Workgroups in a row of a dispatch. */
  readonly maxComputeWorkgroupsPerDimension: number;
}

/** A program as tfjs's webgpu backend takes it. */
interface TfjsProgram {
  readonly variableNames: string[];
  readonly variableComponents: number[];
  readonly outputComponent: number;
  readonly outputShape: number[];
  readonly shaderKey: string;
  readonly uniforms: string;
  readonly workgroupSize: [number, number, number];
  readonly dispatchLayout: {x: number[]; y: number[]};
  readonly dispatch: [number, number, number];
  getUserCode(): string;
}

/** A shader: one function `main`, with what tfjs declares around it and `THREADS`, the size of its workgroup. */
export interface GpuProgram {
  /** Tells apart every different text. */
  readonly name: string;
  /** Buffers that it reads, by name, with the elements of each: i32, or f32, as scalars or vectors of 4. */
  readonly inputs: Readonly<Record<string, 'i32' | 1 | 4>>;
  /** The elements of `result`: i32, or f32, as scalars or vectors of 4. */
  readonly output: 'i32' | 1 | 4;
  /** Names of further buffers that it writes, f32. @defaultValue none */
  readonly further?: readonly string[];
  /** Names of its uniforms that are i32, */
  readonly uniforms: readonly string[];
  /** and of those that are f32. @defaultValue none */
  readonly floats?: readonly string[];
  readonly code: string;
}

/** One run of a program. */
export interface GpuRun {
  /** Threads of a workgroup in x and y. */
  readonly workgroup: readonly [number, number];
  /** Workgroups; the program finds its own by `groupIndex()`, which may be beyond the last. */
  readonly groups: number;
  /** By name, every one that the program names. */
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  readonly uniforms: Readonly<Record<string, number>>;
  /** Numbers that it writes into `result`, */
  readonly length: number;
  /** and into each further buffer. @defaultValue as many */
  readonly furtherLength?: number;
}

/** Dispatches are folded into rows, since a row must not be longer than the device allows. */
const GROUP_INDEX = 'fn groupIndex() -> i32 { return i32(workgroupId.y * numWorkgroups.x + workgroupId.x); }';

/** Records a run. @returns its `result`, `[length]` */
export function runProgram(backend: GpuBackend, program: GpuProgram, run: GpuRun): tf.TensorInfo {
  return runForAll(backend, program, run)[0];
}

/** Records a run. @returns its `result`, `[length]`, and what it writes besides, each `[furtherLength]` */
export function runForAll(backend: GpuBackend, program: GpuProgram, run: GpuRun): tf.TensorInfo[] {
  const {name, inputs, output, further = [], uniforms, floats = [], code} = program;
  const names = Object.keys(inputs);
  const given = names.map((input) => run.inputs[input]);
  const operands = given.map((info, i) => (inputs[names[i]] === 'i32' ? info : asFloats(backend, info)));
  const {length, furtherLength = length} = run;
  // tfjs runs nothing for an empty result.
  const values = length === 0 ? new Float32Array(furtherLength) : undefined;
  const others = further.map(() => backend.makeTensorInfo([furtherLength], 'float32', values));
  const compute = () =>
    backend.runWebGPUProgram(
      {
        variableNames: [...names, ...further],
        variableComponents: [...names.map((name) => (inputs[name] === 4 ? 4 : 1)), ...further.map(() => 1)],
        outputComponent: output === 4 ? 4 : 1,
        outputShape: [length],
        shaderKey: `itop_${name}`,
        uniforms: [...uniforms.map((uniform) => `${uniform} : i32,`), ...floats.map((float) => `${float} : f32,`)].join(
          ' ',
        ),
        workgroupSize: [...run.workgroup, 1],
        // Two dimensions, so that tfjs calls main() and leaves the dispatch as it is.
        dispatchLayout: {x: [0], y: [0]},
        dispatch: dispatchOf(run.groups, backend.device.limits),
        getUserCode: () => `const THREADS = vec2<i32>(${run.workgroup});\n${GROUP_INDEX}\n${code}`,
      },
      [...operands, ...others].map(flat),
      output === 'i32' ? 'int32' : 'float32',
      [
        ...uniforms.map((uniform) => ({type: 'int32' as const, data: [run.uniforms[uniform]]})),
        ...floats.map((float) => ({type: 'float32' as const, data: [run.uniforms[float]]})),
      ],
    );
  const result = further.length > 0 ? withWritable(backend.device, further, compute) : compute();
  for (const [i, info] of operands.entries()) if (info !== given[i]) backend.disposeData(info.dataId);
  return [result, ...others];
}

/** Has a program write buffers that are inputs to tfjs, which knows one output. */
function withWritable<Result>(device: GpuBackend['device'], names: readonly string[], compute: () => Result): Result {
  const {createShaderModule} = device;
  const inputs = new RegExp(`var<storage, read>(?= (${names.join('|')}):)`, 'g');
  const restore = substitute(device, {
    createShaderModule: (descriptor) =>
      createShaderModule.call(device, {
        ...descriptor,
        code: descriptor.code.replace(inputs, 'var<storage, read_write>'),
      }),
  });
  try {
    return compute();
  } finally {
    restore();
  }
}

/** A tensor whose numbers are floats on the device, too: itself, or a copy for the caller to dispose. */
export function asFloats(backend: GpuBackend, info: tf.TensorInfo): tf.TensorInfo {
  if (backend.tensorMap.get(info.dataId).dtype === 'float32') return info;
  const length = sizeOf(info.shape);
  const groups = Math.ceil(length / ELEMENT_THREADS);
  const run: GpuRun = {workgroup: [ELEMENT_THREADS, 1], groups, inputs: {numbers: info}, uniforms: {length}, length};
  return {...runProgram(backend, toFloat, run), shape: info.shape};
}

/** True if the device can hold buffers of so many numbers each, and run so many workgroups. */
export function fitsDevice(limits: GpuLimits, numbers: readonly number[], groups: readonly number[]): boolean {
  const {maxStorageBufferBindingSize, maxComputeWorkgroupsPerDimension} = limits;
  return (
    4 * Math.max(...numbers) <= maxStorageBufferBindingSize &&
    Math.max(...groups) <= maxComputeWorkgroupsPerDimension ** 2
  );
}

function dispatchOf(groups: number, {maxComputeWorkgroupsPerDimension}: GpuLimits): [number, number, number] {
  const rows = Math.ceil(groups / maxComputeWorkgroupsPerDimension);
  return [Math.ceil(groups / rows), rows, 1];
}

/** The same numbers without their shape, so that all shapes share one shader. */
function flat({dataId, shape, dtype}: tf.TensorInfo): tf.TensorInfo {
  return {dataId, shape: [shape.reduce((a, b) => a * b, 1)], dtype};
}
