import {formatTable} from '../layers/formatTable.ts';
import type {NamedSparseWeight} from '../layers/sparseWeights.ts';
import type {TopologyUpdate} from '../topology/update.ts';

/** What an update did to one layer. */
export interface LayerUpdate {
  /** Path of the layer in the model. */
  readonly name: string;
  /** Connections dropped. */
  readonly dropped: number;
  /** Connections grown; those dropped and grown again count in both. */
  readonly grown: number;
  /** Active connections after the update. */
  readonly nnz: number;
  /** Active over all connections after the update. */
  readonly density: number;
  /** R_l: share of the layer's connections that were ever active. */
  readonly explorationRate: number;
  /** Which connections, and where each came from; undefined for a layer that is not trained. */
  readonly update?: TopologyUpdate | undefined;
}

/** What a connectivity update did; prints as a table. */
export interface UpdateReport {
  /** Optimizer steps made so far. */
  readonly step: number;
  /** Share of the connections that the pruners were asked to drop. */
  readonly dropFraction: number;
  /** The sparse layers, in the order of the model. */
  readonly layers: readonly LayerUpdate[];
  /** Connections dropped in all layers. */
  readonly dropped: number;
  /** Connections grown in all layers. */
  readonly grown: number;
  /** Active over all connections of the sparse layers. */
  readonly density: number;
  /** R_s: share of all connections of the sparse layers that were ever active. */
  readonly explorationRate: number;
  /** As a table. */
  toString(): string;
}

/**
 * What an update did to each layer.
 *
 * @param weights  all sparse weights, after the update
 * @param updates  of those that are trained, by name
 * @param rates    R_l by name
 */
export function layerUpdates(
  weights: readonly NamedSparseWeight[],
  updates: ReadonlyMap<string, TopologyUpdate>,
  rates: Readonly<Record<string, number>>,
): LayerUpdate[] {
  return weights.map(({name, weight}) => {
    const update = updates.get(name);
    const {nnz, density} = weight.topology;
    const dropped = update?.dropped.length ?? 0;
    const grown = update?.grown.length ?? 0;
    return {name, dropped, grown, nnz, density, explorationRate: rates[name], update};
  });
}

/**
 * Adds up the layers of an update.
 *
 * @param size  connections of all sparse layers, active or not
 */
export function updateReport(
  update: Pick<UpdateReport, 'step' | 'dropFraction' | 'layers' | 'explorationRate'>,
  size: number,
): UpdateReport {
  const {step, dropFraction, layers} = update;
  const total = (key: 'dropped' | 'grown' | 'nnz') => layers.reduce((sum, layer) => sum + layer[key], 0);
  const report = {...update, dropped: total('dropped'), grown: total('grown'), density: total('nnz') / size};
  return {
    ...report,
    toString: () =>
      `step ${step}, drop fraction ${dropFraction.toFixed(4)}\n` +
      formatTable(
        ['layer', 'dropped', 'grown', 'nnz', 'density', 'R_s', ''],
        [...layers, {...report, name: 'all', nnz: total('nnz')}].map((row) => [
          row.name,
          String(row.dropped),
          String(row.grown),
          String(row.nnz),
          row.density.toFixed(4),
          row.explorationRate.toFixed(4),
          '',
        ]),
      ),
  };
}
