import type * as tf from '@tensorflow/tfjs';
import {substitute} from '../../kernels/webgpu/substitute.ts';
import {bufferOf, type ComputePass, openEncoder, type ReplayBackend, submitPending} from './gpuInternals.ts';

/** Programs of one submission. */
const DISPATCHES_AT_ONCE = 128;

/** One run of a shader. */
interface Dispatch {
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
  readonly groups: readonly [number, number, number];
}

/** True within {@link recordTape}. What is replayed there would not be written down. */
export function isRecording(backend: ReplayBackend): boolean {
  return backend.isItopRecording === true;
}

/**
 * Runs a function and writes down what it does on the device.
 *
 * @param run  synchronous; what it makes and does not return must be disposed when it returns
 * @throws whatever `run` throws; then nothing is kept
 */
export function recordTape<Result>(backend: ReplayBackend, run: () => Result): {result: Result; tape: Tape} {
  submitPending(backend);
  const tape = new Tape(backend);
  const stop = tape.start();
  try {
    const result = run();
    submitPending(backend);
    stop();
    return {result, tape};
  } catch (error) {
    submitPending(backend);
    stop();
    tape.release();
    throw error;
  }
}

/**
 * What a function did on the device, so that it can be done again without tfjs.
 *
 * Buffers that were released meanwhile stay with the tape: they could serve the function again, but nobody else. What the
 * function sent to the device, constants and uniforms, has buffers of its own, so that it is still there.
 */
export class Tape {
  /** The tensors that were there before and were read, with their buffers. */
  readonly reads = new Map<object, GPUBuffer>();
  /** Those that came about by numbers from the host and were read. */
  readonly constantReads = new Map<object, GPUBuffer>();
  private readonly dispatches: Dispatch[] = [];
  /** The same with other buffers, once there are such; see {@link exchange}. */
  private exchanged: readonly Dispatch[] = this.dispatches;
  /** What bind groups were made of. */
  private readonly descriptors = new WeakMap<GPUBindGroup, GPUBindGroupDescriptor>();
  /** Tensors that came about. */
  private readonly made = new WeakSet<object>();
  /** Buffers taken from the pool. */
  private readonly taken = new Set<GPUBuffer>();
  /** Those with numbers from the host. */
  private readonly constants = new Set<GPUBuffer>();
  /** Buffers that no tensor has any more. */
  private readonly free = new Set<GPUBuffer>();
  /** Those that can serve again, by size and usage. */
  private readonly reusable = new Map<string, GPUBuffer[]>();
  private isWhole = true;

  constructor(private readonly backend: ReplayBackend) {}

  /** False if something was done that dispatches do not repeat. */
  get isComplete(): boolean {
    return this.isWhole;
  }

  /** True if a tensor came about. */
  hasMade(dataId: object): boolean {
    return this.made.has(dataId);
  }

  /** Buffers that were taken from the pool and written by dispatches, and that a tensor still has. */
  owned(): GPUBuffer[] {
    return [...this.taken].filter((buffer) => !this.free.has(buffer) && !this.constants.has(buffer));
  }

  /** Buffers that no tensor has any more, which it holds on to. */
  held(): Iterable<GPUBuffer> {
    return this.free;
  }

  /**
   * Does it again, a part at a time: so the device begins early, and no part takes so long that a driver gives it up. The last
   * part waits to be submitted with what follows.
   *
   * @param isExchanged  with the buffers of {@link exchange}
   */
  play(isExchanged = false): void {
    const {backend} = this;
    const dispatches = isExchanged ? this.exchanged : this.dispatches;
    for (let begin = 0; begin < dispatches.length; begin += DISPATCHES_AT_ONCE) {
      if (begin > 0) backend.submitQueue();
      const pass = openEncoder(backend).beginComputePass();
      run(pass, dispatches, begin, Math.min(begin + DISPATCHES_AT_ONCE, dispatches.length));
      pass.end();
    }
  }

  /**
   * Prepares for doing it with buffers that have changed places.
   *
   * @param pairs  of the same size
   */
  exchange(pairs: readonly (readonly [GPUBuffer, GPUBuffer])[]): void {
    const others = new Map([...pairs, ...pairs.map(([one, other]) => [other, one] as const)]);
    this.exchanged = this.dispatches.map((dispatch) => {
      const {entries, layout} = this.descriptors.get(dispatch.bindGroup)!;
      const own = [...entries].map((entry) => {
        const resource = entry.resource as GPUBufferBinding;
        return {...entry, resource: {...resource, buffer: others.get(resource.buffer) ?? resource.buffer}};
      });
      return {...dispatch, bindGroup: this.backend.device.createBindGroup({layout, entries: own})};
    });
  }

  /** Gives the buffers back to the pool. */
  release(): void {
    for (const buffer of this.free) this.backend.bufferManager.releaseBuffer(buffer);
    this.free.clear();
  }

  /** @returns ends the recording */
  start(): () => void {
    const {backend} = this;
    const {device, bufferManager, recordAndSubmit, write, readSync, read} = backend;
    const {createBindGroup} = device;
    const {acquireBuffer, releaseBuffer} = bufferManager;
    const giveBack = [
      substitute(device, {
        createBindGroup: (descriptor) => {
          const bindGroup = createBindGroup.call(device, descriptor);
          this.descriptors.set(bindGroup, descriptor);
          return bindGroup;
        },
      }),
      substitute(bufferManager, {
        acquireBuffer: (size, usage, isMapped = false, isPooled = true) => {
          const take = () => acquireBuffer.call(bufferManager, size, usage, isMapped, isPooled);
          return isPooled ? this.acquire(size, usage, isMapped, take) : take();
        },
        releaseBuffer: (buffer, isPooled = true) => {
          if (isPooled) this.keep(buffer);
          else releaseBuffer.call(bufferManager, buffer, false);
        },
      }),
      substitute(backend, {
        isItopRecording: true,
        write: (...args) => {
          const dataId = write.apply(backend, args);
          this.made.add(dataId);
          return dataId;
        },
        recordAndSubmit: (program, output, inputs, uniforms) => {
          this.noteTensors(output, inputs);
          backend.ensureCommandEncoderReady();
          backend.computePassEncoder ??= recordingPass(backend.commandEncoder!.beginComputePass(), this.dispatches);
          recordAndSubmit.call(backend, program, output, inputs, uniforms);
        },
        readSync: (dataId) => {
          this.isWhole = false;
          return readSync.call(backend, dataId);
        },
        read: (dataId) => {
          this.isWhole = false;
          return read.call(backend, dataId);
        },
      }),
    ];
    return () => {
      for (const restore of giveBack) restore();
    };
  }

  private acquire(size: number, usage: number, isMapped: boolean, take: () => GPUBuffer): GPUBuffer {
    const isConstant = isMapped || (usage & GPUBufferUsage.UNIFORM) !== 0;
    const reused = isConstant ? undefined : this.reusable.get(poolKey(size, usage))?.pop();
    if (reused) {
      this.free.delete(reused);
      return reused;
    }
    const buffer = take();
    this.taken.add(buffer);
    if (isConstant) this.constants.add(buffer);
    return buffer;
  }

  /** What was there before, such as the last values of a variable, must be there again when it is done again. */
  private keep(buffer: GPUBuffer): void {
    this.free.add(buffer);
    if (!this.taken.has(buffer) || this.constants.has(buffer)) return;
    const key = poolKey(buffer.size, buffer.usage);
    this.reusable.set(key, [...(this.reusable.get(key) ?? []), buffer]);
  }

  private noteTensors(output: tf.TensorInfo, inputs: readonly tf.TensorInfo[]): void {
    if (!this.made.has(output.dataId)) this.isWhole = false;
    for (const {dataId} of inputs) {
      const buffer = bufferOf(this.backend, dataId)!;
      const isConstant = this.constants.has(buffer);
      if (!this.made.has(dataId)) {
        // It was on the host until now, and who knows what it will be there the next time.
        if (isConstant) this.isWhole = false;
        this.reads.set(dataId, buffer);
      } else if (isConstant) this.constantReads.set(dataId, buffer);
    }
  }
}

function run(pass: ComputePass, dispatches: readonly Dispatch[], begin: number, end: number): void {
  let last: GPUComputePipeline | undefined;
  for (let i = begin; i < end; i++) {
    const {pipeline, bindGroup, groups} = dispatches[i];
    if (pipeline !== last) pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    pass.dispatchWorkgroups(groups[0], groups[1], groups[2]);
    last = pipeline;
  }
}

/** A compute pass that writes down what it passes on. */
function recordingPass(pass: ComputePass, dispatches: Dispatch[]): ComputePass {
  let pipeline: GPUComputePipeline;
  let bindGroup: GPUBindGroup;
  return {
    setPipeline(next) {
      pipeline = next;
      pass.setPipeline(next);
    },
    setBindGroup(index: number, next: GPUBindGroup) {
      bindGroup = next;
      pass.setBindGroup(index, next);
    },
    dispatchWorkgroups(x, y = 1, z = 1) {
      dispatches.push({pipeline, bindGroup, groups: [x, y, z]});
      pass.dispatchWorkgroups(x, y, z);
    },
    end: () => pass.end(),
  };
}

function poolKey(size: number, usage: number): string {
  return `${size}/${usage}`;
}
