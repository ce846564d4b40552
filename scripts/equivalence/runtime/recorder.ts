import * as tf from '@tensorflow/tfjs';
import type * as itop from 'itop';

/** A value as plain data: what can be compared and printed. */
export type Plain = null | boolean | number | string | PlainTensor | readonly Plain[] | {readonly [key: string]: Plain};

/** A tensor as plain data. */
export interface PlainTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/** What one action of a script has returned and left behind. */
export interface Entry {
  readonly label: string;
  /** What it returned; null if it threw. */
  readonly value: Plain;
  /** The message of what it threw. */
  readonly error: string | null;
  /** All weights, optimizer slots and topologies of the watched models, by model. */
  readonly state: {readonly [model: string]: Plain};
  /** Tensors that it left in tfjs. */
  readonly tensors: number;
  /** True if the action chose by scores too close to each other for the choice to survive a rounding. */
  readonly isClose: boolean;
}

/** Runs the actions of a script, and writes down what each has done. */
export class Recorder {
  readonly entries: Entry[] = [];
  private readonly models = new Map<string, tf.LayersModel>();
  private readonly scratch: tf.Tensor[] = [];
  private isClose = false;

  /** Has a model's weights and optimizer slots written down after every action from now on. */
  watch(name: string, model: tf.LayersModel): void {
    this.models.set(name, model);
  }

  forget(name: string): void {
    this.models.delete(name);
  }

  /** Disposes a tensor at the end of the current action. */
  lend(tensor: tf.Tensor): tf.Tensor {
    this.scratch.push(tensor);
    return tensor;
  }

  /** To be called when a choice by rank was made between scores that differ by little more than roundings. */
  choseClosely(): void {
    this.isClose = true;
  }

  /** One action. Tensors that it returns are disposed. */
  async step(label: string, action: () => unknown): Promise<void> {
    const before = tf.memory().numTensors;
    let value: Plain = null;
    let error: string | null = null;
    try {
      const result = await action();
      value = await plain(result);
      disposeAll(result);
    } catch (thrown) {
      error = messageOf(thrown);
    }
    tf.dispose(this.scratch.splice(0));
    const tensors = tf.memory().numTensors - before;
    const state: Record<string, Plain> = {};
    for (const [name, model] of this.models) {
      state[name] = await stateOf(model).catch((thrown) => `unreadable: ${messageOf(thrown)}`);
    }
    this.entries.push({label, value, error, state, tensors, isClose: this.isClose});
    this.isClose = false;
  }
}

/** The weights of a model, and everything numeric that its optimizer keeps. */
async function stateOf(model: tf.LayersModel): Promise<Plain> {
  const {optimizer} = model;
  const weights = await plain(model.weights.map(stateOfWeight));
  // How often call hooks were called, where a layer counts them.
  const calls = model.layers.map((layer) => (layer as {calls?: number}).calls ?? null);
  if (!optimizer) return {weights, calls};
  const fields: Record<string, Plain> = {};
  for (const [name, field] of Object.entries(optimizer)) {
    if (Array.isArray(field)) fields[name] = await plain(field.map((slot) => slot?.variable ?? null));
    else if (typeof field === 'number' || field instanceof tf.Tensor) fields[name] = await plain(field);
  }
  return {weights, calls, optimizer: fields};
}

/** A weight's variable; of a sparse layer's topology, which is no variable, where it is on the host. */
function stateOfWeight(weight: tf.LayerVariable): unknown {
  const {topology} = weight as {topology?: itop.Topology};
  return topology ? [topology.rowPtr, topology.colIdx] : weight.read();
}

async function plain(value: unknown): Promise<Plain> {
  if (value instanceof tf.Tensor) {
    if (value.isDisposed) return 'disposed';
    return {dtype: value.dtype, shape: value.shape, data: (await value.data()).slice()};
  }
  if (value === undefined || value === null || typeof value === 'function') return null;
  if (typeof value !== 'object') return value as Plain;
  if (ArrayBuffer.isView(value)) return {dtype: 'array', shape: [], data: value as unknown as ArrayLike<number>};
  if (Array.isArray(value)) {
    const items: Plain[] = [];
    for (const item of value) items.push(await plain(item));
    return items;
  }
  if (value instanceof tf.History) return plain({epoch: value.epoch, history: value.history});
  if (value instanceof tf.LayersModel) return null;
  const fields: Record<string, Plain> = {};
  for (const [name, field] of Object.entries(value)) fields[name] = await plain(field);
  return fields;
}

function disposeAll(value: unknown): void {
  if (value instanceof tf.Tensor) {
    if (!(value instanceof tf.Variable)) value.dispose();
  } else if (Array.isArray(value)) value.forEach(disposeAll);
}

/**
 * A message without what need not be the same: the numbers by which tfjs tells variables, layers and tensors of one name apart,
 * numbers of tensors, which roundings may change, and the first of several complaints of a device.
 */
function messageOf(thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return message
    .replaceAll(/_\d+/g, '')
    .replaceAll(/\bid:? ?\d+/g, 'id')
    .replaceAll(/-?\d+\.\d+(e[-+]?\d+)?/g, '#')
    .replace(/(received an error from it) \(.*\)\. /s, '$1. ');
}
