import * as tf from '@tensorflow/tfjs';
import {bufferOf, copyInto, copyOf, isAlive, type ReplayBackend, submitPending, typeOnDevice} from './gpuInternals.ts';
import {recordTape, type Tape} from './tape.ts';

/** A function of tensors and variables. */
export interface Recordable {
  readonly inputs: readonly tf.Tensor[];
  /** Every variable that it reads or changes, each once, on the device or not. */
  readonly variables: readonly tf.Variable[];
  /**
   * Gets the inputs, or tensors like them, and must do the same with them each time; synchronous.
   */
  run(inputs: tf.Tensor[]): tf.Tensor[];
}

/** A tensor that belongs to the step alone, its buffer, and the type of what lies there. */
interface Port {
  readonly tensor: tf.Tensor;
  readonly buffer: GPUBuffer;
  readonly type: tf.DataType;
}

/** A variable, and where the step reads it. */
interface Operand {
  readonly variable: tf.Variable;
  readonly before: Port;
  /** Where the step writes it, if it does. */
  readonly after?: Port;
  /** The variable's data when they were read last. */
  read?: object;
}

/**
 * A function, as it was done once on the device.
 *
 * All buffers that it reads and writes are its own, but for those of tensors that it only reads. Inputs and variables are copied
 * in, outputs and variables are copied out, so that nothing that others hold changes.
 */
export class ReplayedStep {
  /** What it takes of the device. */
  readonly bytes: number;

  private constructor(
    private readonly backend: ReplayBackend,
    private readonly tape: Tape,
    private readonly inputs: readonly Port[],
    private readonly operands: readonly Operand[],
    private readonly outputs: readonly Port[],
    /** What is read in place. */
    private readonly constants: readonly (readonly [object, GPUBuffer])[],
  ) {
    const buffers = new Set([...tape.held(), ...this.ports().map(({buffer}) => buffer)]);
    this.bytes = [...buffers].reduce((sum, {size}) => sum + size, 0);
  }

  /**
   * Does a function, and writes down what it did.
   *
   * @returns its outputs, and the step, if it can be replayed: not where the function reads or keeps what it has computed, or
   * makes variables
   * @throws whatever the function throws
   */
  static record(
    backend: ReplayBackend,
    {inputs, variables, run}: Recordable,
  ): {outputs: tf.Tensor[]; step?: ReplayedStep} {
    const given = inputs.map((input) => portOf(backend, copyOf(backend, input, typeOnDevice(backend, input))));
    const loans = variables.map((variable) => lend(backend, variable));
    const endLoans = () => {
      for (const loan of loans) loan.end();
    };
    const own = [...given, ...loans.map(({port}) => port)];
    const dispose = () => tf.dispose(own.map(({tensor}) => tensor));
    let result: tf.Tensor[];
    let tape: Tape;
    try {
      ({result, tape} = recordTape(backend, () => tf.tidy(() => run(given.map(({tensor}) => tensor)))));
    } catch (error) {
      endLoans();
      dispose();
      throw error;
    }
    if (!isRepeatable(backend, tape, variables, result)) {
      endLoans();
      tape.release();
      dispose();
      return {outputs: result};
    }
    const operands = loans.map(({variable, port: before, end}): Operand => {
      const after = tape.hasMade(variable.dataId) ? takeOver(backend, variable) : undefined;
      return {variable, before, after, read: end()};
    });
    const results = result.map((tensor) => portOf(backend, tensor));
    const outputs = results.map(({tensor}) => copyOf(backend, tensor));
    submitPending(backend);
    const buffers = new Set(own.map(({buffer}) => buffer));
    // Such as the index of a new topology, which its kernel keeps.
    const kept = [...tape.constantReads].filter(([dataId]) => isAlive(backend, dataId));
    const constants = [...[...tape.reads].filter(([, buffer]) => !buffers.has(buffer)), ...kept];
    return {outputs, step: new ReplayedStep(backend, tape, given, operands, results, constants)};
  }

  /** False once a tensor is gone that the step reads in place, or a variable. */
  isValid(): boolean {
    return (
      this.operands.every(({variable}) => isAlive(this.backend, variable.dataId)) &&
      this.constants.every(([dataId, buffer]) => bufferOf(this.backend, dataId) === buffer)
    );
  }

  /**
   * Does it again.
   *
   * @param inputs  of the shapes and types of those that it was recorded with; on the device, too, unless these were floats there
   * @returns its outputs, for the caller to dispose
   */
  replay(inputs: readonly tf.Tensor[]): tf.Tensor[] {
    const {backend} = this;
    for (const [i, {buffer, type}] of this.inputs.entries()) copyInto(backend, inputs[i], buffer, type);
    for (const operand of this.operands) {
      const {variable, before} = operand;
      if (operand.read === variable.dataId) continue;
      copyInto(backend, variable, before.buffer, before.type);
      operand.read = variable.dataId;
    }
    this.tape.play();
    const outputs = this.outputs.map(({tensor}) => copyOf(backend, tensor));
    for (const {variable, after} of this.operands) if (after) assign(variable, copyOf(backend, after.tensor));
    submitPending(backend);
    return outputs;
  }

  /** Gives all its memory back. */
  release(): void {
    tf.dispose(this.ports().map(({tensor}) => tensor));
    this.tape.release();
  }

  private ports(): Port[] {
    const operands = this.operands.flatMap(({before, after}) => (after ? [before, after] : [before]));
    return [...this.inputs, ...this.outputs, ...operands];
  }
}

/** True if replaying a tape changes variables and makes results as the function did, and that was all that the function did. */
function isRepeatable(
  backend: ReplayBackend,
  tape: Tape,
  variables: readonly tf.Variable[],
  results: readonly tf.Tensor[],
): boolean {
  const known = new Set(variables);
  const others = Object.values(tf.engine().registeredVariables).filter((variable) => !known.has(variable));
  const changed = variables.filter(({dataId}) => tape.hasMade(dataId));
  const written = new Set([...changed, ...results].map(({dataId}) => bufferOf(backend, dataId)));
  return (
    tape.isComplete &&
    results.every(({dataId}) => tape.hasMade(dataId)) &&
    others.every(({dataId}) => !tape.hasMade(dataId) && !tape.reads.has(dataId)) &&
    !written.has(undefined) &&
    tape.owned().every((buffer) => written.has(buffer))
  );
}

/** Gives a variable other data, a copy of its own, until a function has run. */
function lend(backend: ReplayBackend, variable: tf.Variable) {
  const original = tf.keep(variable.clone());
  const port = portOf(backend, copyOf(backend, variable));
  variable.assign(port.tensor);
  return {
    variable,
    port,
    /** Puts the data back unless the function gave it others. @returns the original data */
    end(): object {
      const {dataId} = original;
      if (variable.dataId === port.tensor.dataId) variable.assign(original);
      original.dispose();
      return dataId;
    },
  };
}

/** Takes over what a function has left in a variable, which gets a copy. */
function takeOver(backend: ReplayBackend, variable: tf.Variable): Port {
  const port = portOf(backend, variable.clone());
  assign(variable, copyOf(backend, port.tensor));
  return port;
}

function assign(variable: tf.Variable, next: tf.Tensor): void {
  variable.assign(next);
  next.dispose();
}

/** Keeps a tensor. */
function portOf(backend: ReplayBackend, tensor: tf.Tensor): Port {
  return {tensor: tf.keep(tensor), buffer: bufferOf(backend, tensor.dataId)!, type: typeOnDevice(backend, tensor)};
}
