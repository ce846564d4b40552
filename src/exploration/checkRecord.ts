import type {LayerShape} from '../algorithms/types.ts';
import {MAX_INT32_SIZE} from '../topology/positions.ts';
import type {Topology} from '../topology/topology.ts';
import type {TrackedLayer} from './trackedLayer.ts';

/** Throws unless a record can follow the last one. @param last  step of the last one */
export function checkRecord(
  step: number,
  last: number,
  layers: readonly LayerShape[],
  topologies: readonly Topology[],
): void {
  if (!(Number.isInteger(step) && step >= last && step <= MAX_INT32_SIZE)) {
    throw new RangeError(
      `ExplorationTracker: step must be an integer of at least ${last}, the last one recorded, and below 2^31, received ${step}. ` +
        'Record in the order of the training.',
    );
  }
  if (topologies.length !== layers.length) {
    throw new RangeError(
      `ExplorationTracker: topologies must be one for each of the ${layers.length} layers, received ` +
        `${topologies.length}. Pass those that did not change too.`,
    );
  }
  for (const [i, {name, shape}] of layers.entries()) {
    if (String(topologies[i].shape) !== String(shape)) {
      throw new RangeError(
        `ExplorationTracker: the topology of layer '${name}' must have the shape [${shape}], received ` +
          `[${topologies[i].shape}]. Pass the topologies in the order of the layers.`,
      );
    }
  }
}

/** Throws if two layers have one name. */
export function checkNames(layers: readonly LayerShape[]): void {
  const names = layers.map(({name}) => name);
  const repeated = names.find((name, i) => names.indexOf(name) !== i);
  if (repeated !== undefined) {
    throw new RangeError(
      `ExplorationTracker: layers must have distinct names, received '${repeated}' twice. Rename one of them.`,
    );
  }
}

/** Throws unless each connection of a topology has a slot of the topology before it, or none. */
export function checkSources(
  layers: readonly TrackedLayer[],
  topologies: readonly Topology[],
  sources: readonly (Int32Array | undefined)[],
): void {
  for (const [i, {name, active}] of layers.entries()) {
    const [source, {nnz}] = [sources[i], topologies[i]];
    if (!source) continue;
    let highest = -1;
    // A loop, since `every` and `reduce` take longer.
    for (let slot = 0; slot < source.length; slot++) highest = Math.max(highest, source[slot]);
    if (source.length === nnz && highest < active.nnz) continue;
    throw new RangeError(
      `ExplorationTracker: sources of the layer "${name}" must be ${nnz} slots below ${active.nnz}, or −1, received ${source.length} up to ` +
        `${highest}. Pass the source of the layer's TopologyUpdate.`,
    );
  }
}
