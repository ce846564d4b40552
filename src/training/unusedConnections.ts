import type {Structure} from '../algorithms/types.ts';
import {describeValue} from '../topology/describeValue.ts';
import type {Topology} from '../topology/topology.ts';

interface NamedTopology {
  readonly name: string;
  readonly topology: Topology;
}

/** How many connections of its share a structure left out of each layer at the last update. Other topologies than it made have none. */
export class UnusedConnections {
  private readonly layers: ReadonlyMap<string, NamedTopology & {readonly count: number}>;

  /** @param counts  by layer. @defaultValue none */
  constructor(layers: readonly NamedTopology[], counts: readonly number[] = []) {
    this.layers = new Map(layers.map((layer, i) => [layer.name, {...layer, count: counts[i] ?? 0}]));
  }

  /**
   * Those of a saved state.
   *
   * @throws Error unless there is a number for each layer, which has room for it, and a structure that leaves connections out
   */
  static restore(
    saved: readonly number[] | undefined,
    layers: readonly NamedTopology[],
    structure: Structure | undefined,
  ): UnusedConnections {
    const isSound =
      saved === undefined ||
      (structure !== undefined &&
        Array.isArray(saved) &&
        saved.length === layers.length &&
        layers.every(
          ({topology: {nnz, size}}, i) => Number.isInteger(saved[i]) && saved[i] >= 0 && nnz + saved[i] <= size,
        ));
    if (!isSound) {
      throw new Error(
        `DSTScheduler: resume must hold the unused connections of ${layers.length} layers, received ${describeValue(saved)}. ` +
          'It was damaged: load it again, or use an earlier one.',
      );
    }
    return new UnusedConnections(layers, saved);
  }

  of(name: string, topology: Topology): number {
    const layer = this.layers.get(name);
    return layer && layer.count > 0 && layer.topology.equals(topology) ? layer.count : 0;
  }

  /** By layer; undefined where there are none. */
  save(layers: readonly NamedTopology[]): readonly number[] | undefined {
    const counts = layers.map(({name, topology}) => this.of(name, topology));
    return counts.some((count) => count > 0) ? counts : undefined;
  }
}
