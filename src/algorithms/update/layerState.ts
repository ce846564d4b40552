import {checkFinite} from '../../topology/checkFinite.ts';
import type {PositionSet} from '../../topology/positionSet.ts';
import type {Random} from '../../topology/random.ts';
import type {Topology} from '../../topology/topology.ts';
import type {ActiveLayer, Grower, Pruner, Redistribution, Structure} from '../types.ts';

/** A layer as an update finds it. */
export interface LayerState {
  readonly name: string;
  readonly topology: Topology;
  /** `[nnz]`: the weights, by slot. */
  readonly values: Float32Array;
  /** `[nnz]`: dL/dw at the active connections, by slot. Required if the pruner or the redistribution has `needsGradient`. */
  readonly gradientAtActive?: Float32Array | undefined;
  /** By name, `[nnz]`: what connections have beside their values, by slot. */
  readonly companions?: Readonly<Record<string, Float32Array>>;
  /** Every position that was ever active, those of `topology` among them. It is read, never changed. */
  readonly explored: PositionSet;
  /** Connections of its share that its structure left out at the last update. @defaultValue 0 */
  readonly unused?: number;
}

/** Connections that a layer has a share for. */
export function shareOf({topology, unused = 0}: LayerState): number {
  return topology.nnz + unused;
}

/**
 * What becomes of a connection that is dropped and would be grown again in the same update: 'keep', it keeps its value and the
 * optimizer's state; 'fresh', it begins as a new one; 'never', it is not grown in this update, and where too few others are inactive,
 * fewer are dropped.
 */
export type Regrown = 'keep' | 'fresh' | 'never';

/** What becomes of all layers in one update. */
export interface UpdateRules {
  /** Optimizer steps made. */
  readonly step: number;
  /** Share of the connections to replace, in [0, 1]; of each layer ceil(fraction · connections) in double arithmetic. */
  readonly fraction: number;
  readonly pruner: Pruner;
  readonly grower: Grower;
  /** Connections of all layers together after the update; 'free' where pruner and redistribution decide. @defaultValue as many as before */
  readonly total?: number | 'free' | undefined;
  /** @defaultValue each layer keeps its share of the connections */
  readonly redistribution?: Redistribution | undefined;
  /** @defaultValue every topology is allowed */
  readonly structure?: Structure | undefined;
  /** What becomes of a connection that is dropped and grown again. @defaultValue 'keep' */
  readonly regrown?: Regrown | undefined;
  readonly random: Random;
}

/** The active connections, as strategies see them. */
export function activeLayer(layer: LayerState, {random}: UpdateRules): ActiveLayer {
  const {name, topology, values, gradientAtActive: gradient, companions} = layer;
  return {name, topology, values, ...(gradient && {gradient}), ...(companions && {companions}), random};
}

/** Throws unless the share to replace is one, and the layer has what the strategies need, as it must be. */
export function checkLayer({topology, values, gradientAtActive}: LayerState, rules: UpdateRules): void {
  const {fraction, pruner, redistribution} = rules;
  if (!(fraction >= 0 && fraction <= 1)) {
    throw new RangeError(
      `updateConnectivity: fraction must be in [0, 1], received ${fraction}. For 30 % of the connections write 0.3.`,
    );
  }
  checkLength('values', values.length, topology.nnz);
  checkFinite('updateConnectivity', 'values', values, {place: 'slot'});
  if (gradientAtActive) {
    checkLength('gradientAtActive', gradientAtActive.length, topology.nnz);
    checkFinite('updateConnectivity', 'gradientAtActive', gradientAtActive, {place: 'slot'});
  } else if (pruner.needsGradient || redistribution?.needsGradient) {
    throw missingGradient('gradientAtActive', pruner.needsGradient ? 'pruner' : 'redistribution');
  }
}

export function missingGradient(what: string, reader: string): Error {
  return new Error(
    `updateConnectivity: ${what} must be given to a ${reader} that has needsGradient, received undefined. ` +
      'Record the gradient of the last step and pass it.',
  );
}

export function checkLength(what: string, length: number, expected: number): void {
  if (length !== expected) {
    throw new RangeError(
      `updateConnectivity: ${what} must have ${expected} entries to match the topology, received ${length}. ` +
        'Pass what belongs to this layer and its current topology.',
    );
  }
}

/** Throws unless a strategy has returned a typed array. */
export function checkReturned(who: string, what: string, returned: unknown): void {
  if (!ArrayBuffer.isView(returned)) {
    throw new TypeError(
      `updateConnectivity: the ${who} must return ${what} in a typed array, received ${typeof returned}. ` +
        'Return an Int32Array, an empty one for none.',
    );
  }
}
