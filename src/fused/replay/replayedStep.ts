import * as tf from '@tensorflow/tfjs';
import {bufferOf, copyInto, copyOf, isAlive, type ReplayBackend, submitPending, typeOnDevice} from './gpuInternals.ts';
import {recordTape, type Tape} from './tape.ts';
import {VariablePort} from './variablePort.ts';

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
  readonly before: VariablePort;
  /** Where the step writes it, if it does; the next time it is the other way round. */
  readonly after?: VariablePort;
}

/**
 * A function, as it was done once on the device.
 *
 * All buffers that it reads and writes are its own, but for those of tensors that it only reads. Inputs are copied in and outputs
 * are copied out, so that nothing that others hold changes. A variable that it changes has two buffers, and its numbers in the one
 * or the other: nothing is copied from step to step.
 */
export class ReplayedStep {
  /** What it takes of the device; one of a changed variable's two buffers the variable would have by itself. */
  readonly bytes: number;
  /** True if variables are now to be read where they were written when it was recorded. */
  private isExchanged = true;

  private constructor(
    private readonly backend: ReplayBackend,
    private readonly tape: Tape,
    private readonly inputs: readonly Port[],
    private readonly operands: readonly Operand[],
    private readonly outputs: readonly Port[],
    /** What is read in place. */
    private readonly constants: readonly (readonly [object, GPUBuffer])[],
  ) {
    const pairs = operands.flatMap(({before, after}) => (after ? [[before.buffer, after.buffer] as const] : []));
    if (pairs.length > 0) tape.exchange(pairs);
    const ports = [...inputs, ...outputs, ...operands.map(({before}) => before)];
    const buffers = new Set([...tape.held(), ...ports.map(({buffer}) => buffer)]);
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
    const own = [...given.map(({tensor}) => tensor), ...loans.map(({copy}) => copy)];
    const giveUp = () => {
      for (const loan of loans) loan.end();
      tf.dispose(own);
    };
    let result: tf.Tensor[];
    let tape: Tape;
    try {
      ({result, tape} = recordTape(backend, () => tf.tidy(() => run(given.map(({tensor}) => tensor)))));
    } catch (error) {
      giveUp();
      throw error;
    }
    if (!isRepeatable(backend, tape, variables, result)) {
      giveUp();
      tape.release();
      return {outputs: result};
    }
    const buffers = new Set(own.map(({dataId}) => bufferOf(backend, dataId)));
    const operands = loans.map(({variable, copy, end}): Operand => {
      const after = tape.hasMade(variable.dataId) ? new VariablePort(backend, variable.clone()) : undefined;
      const before = new VariablePort(backend, copy, end());
      after?.giveTo(variable);
      return {variable, before, after};
    });
    const results = result.map((tensor) => portOf(backend, tensor));
    const outputs = results.map(({tensor}) => copyOf(backend, tensor));
    submitPending(backend);
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
      const {source, target} = this.direction(operand);
      source.load(operand.variable);
      target?.vacate();
    }
    this.tape.play(this.isExchanged);
    const outputs = this.outputs.map(({tensor}) => copyOf(backend, tensor));
    for (const operand of this.operands) this.direction(operand).target?.giveTo(operand.variable);
    this.isExchanged = !this.isExchanged;
    submitPending(backend);
    return outputs;
  }

  /** Gives all its memory back. */
  release(): void {
    tf.dispose([...this.inputs, ...this.outputs].map(({tensor}) => tensor));
    for (const {before, after} of this.operands) {
      before.release();
      after?.release();
    }
    this.tape.release();
  }

  /** Where a variable is read this time, and where it is written, if it is. */
  private direction({before, after}: Operand): {source: VariablePort; target?: VariablePort} {
    return after && this.isExchanged ? {source: after, target: before} : {source: before, target: after};
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
  const [places, ends] = [changed, results].map((list) => new Set(list.map(({dataId}) => bufferOf(backend, dataId))));
  const written = new Set([...places, ...ends]);
  return (
    tape.isComplete &&
    // Then what a variable was and what it becomes can change places.
    places.size === changed.length &&
    written.size === places.size + ends.size &&
    changed.every((variable) => typeOnDevice(backend, variable) === variable.dtype) &&
    results.every(({dataId}) => tape.hasMade(dataId)) &&
    others.every(({dataId}) => !tape.hasMade(dataId) && !tape.reads.has(dataId)) &&
    !written.has(undefined) &&
    tape.owned().every((buffer) => written.has(buffer))
  );
}

/** Gives a variable other data, a copy of its own, until a function has run. */
function lend(backend: ReplayBackend, variable: tf.Variable) {
  const original = tf.keep(variable.clone());
  const copy = tf.keep(copyOf(backend, variable));
  variable.assign(copy);
  return {
    variable,
    copy,
    /** Puts the data back unless the function gave it others. @returns the original data */
    end(): object {
      const {dataId} = original;
      if (variable.dataId === copy.dataId) variable.assign(original);
      original.dispose();
      return dataId;
    },
  };
}

/** Keeps a tensor. */
function portOf(backend: ReplayBackend, tensor: tf.Tensor): Port {
  return {tensor: tf.keep(tensor), buffer: bufferOf(backend, tensor.dataId)!, type: typeOnDevice(backend, tensor)};
}
