import {sizeOf} from '../topology/positions.ts';
import type {SavedLayer} from './explorationJSON.ts';
import {restoreSet, saveSet} from './savedSet.ts';
import {restoreBirths, restoreTopology, saveBirths, saveTopology} from './savedTopology.ts';
import {SurvivalCounts} from './survivalCounts.ts';
import {TrackedLayer} from './trackedLayer.ts';

/** A layer as plain JSON. */
export function saveLayer(layer: TrackedLayer): SavedLayer {
  const {name, initial, active, births, explored, reliable, survival} = layer.state();
  return {
    name,
    shape: [...active.shape],
    explored: saveSet(explored),
    reliable: saveSet(reliable),
    initial: saveTopology(initial),
    active: saveTopology(active),
    births: saveBirths(births),
    faced: [...survival.faced],
    kept: [...survival.kept],
  };
}

/**
 * The layer that was saved.
 *
 * @param records  entries of the history
 * @throws Error if any of the data is damaged or cut off
 */
export function restoreLayer(saved: SavedLayer, records: number): TrackedLayer {
  const {name, faced, kept} = saved;
  const what = `ExplorationTracker, layer '${name}'`;
  const shape = [...saved.shape];
  const active = restoreTopology(shape, saved.active, what);
  return new TrackedLayer({
    name,
    initial: restoreTopology(shape, saved.initial, what),
    active,
    births: restoreBirths(saved.births, active.nnz, records, what),
    explored: restoreSet(sizeOf(shape), saved.explored, what),
    reliable: restoreSet(sizeOf(shape), saved.reliable, what),
    survival: new SurvivalCounts(faced, kept),
  });
}
