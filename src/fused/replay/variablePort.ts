import * as tf from '@tensorflow/tfjs';
import {bufferOf, copyInto, openEncoder, type ReplayBackend, submitPending, typeOnDevice} from './gpuInternals.ts';
import {trackedTensor} from './trackedTensor.ts';

/**
 * A buffer in which a step reads or writes the numbers of a variable. The variable itself has them there, too, until the step is to
 * write others: then whoever else still has the old ones gets a copy.
 */
export class VariablePort {
  readonly buffer: GPUBuffer;
  /** The type of what lies there. */
  readonly type: tf.DataType;
  /** The data whose numbers lie there. */
  private data: object | undefined;

  /**
   * @param tensor  has the buffer; is kept
   * @param data    whose numbers lie there
   */
  constructor(
    private readonly backend: ReplayBackend,
    readonly tensor: tf.Tensor,
    data?: object,
  ) {
    this.buffer = bufferOf(backend, tf.keep(tensor).dataId)!;
    this.type = typeOnDevice(backend, tensor);
    this.data = data;
  }

  /** Brings the numbers of a variable here, if they are elsewhere. */
  load(variable: tf.Variable): void {
    const {backend, buffer, type} = this;
    if (this.data === variable.dataId) return;
    this.vacate();
    // Numbers of the host would come before those that have been gathered are read.
    if (backend.tensorMap.get(variable.dataId).values) submitPending(backend);
    copyInto(backend, variable, buffer, type);
    this.data = variable.dataId;
  }

  /** Makes room for other numbers. */
  vacate(): void {
    const {backend, buffer, data} = this;
    this.data = undefined;
    if (!data || bufferOf(backend, data) !== buffer) return;
    const copy = backend.bufferManager.acquireBuffer(buffer.size, buffer.usage);
    openEncoder(backend).copyBufferToBuffer(buffer, 0, copy, 0, buffer.size);
    Object.assign(backend.tensorMap.get(data), {resource: copy, external: false});
  }

  /** Has a variable take its numbers from here. */
  giveTo(variable: tf.Variable): void {
    const {tensor, buffer} = this;
    const info = this.backend.makeTensorInfo(tensor.shape, tensor.dtype);
    Object.assign(this.backend.tensorMap.get(info.dataId), {resource: buffer, external: true});
    const next = trackedTensor(info);
    variable.assign(next);
    next.dispose();
    this.data = info.dataId;
  }

  /** Gives the memory back, or leaves it to the variable that has its numbers there. */
  release(): void {
    const {backend, tensor, buffer, data} = this;
    if (data && bufferOf(backend, data) === buffer) {
      backend.tensorMap.get(data).external = false;
      backend.tensorMap.get(tensor.dataId).resource = null;
    }
    tensor.dispose();
  }
}
