import {expect, it} from 'vitest';
import {ExplorationTracker} from '../../src/exploration/explorationTracker.ts';
import {Topology} from '../../src/topology/topology.ts';
import {describeReference, fromTorch, readReference, shapeFromTorch} from '../support/reference.ts';

interface Case {
  layers: {name: string; shape: number[]}[];
  initial_mask: Record<string, number[]>;
  updates: {
    mask: Record<string, number[]>;
    fired: Record<string, number[]>;
    layer_rate: Record<string, number>;
    total_rate: number;
  }[];
}

describeReference('ExplorationTracker against ITOP', () => {
  it.each(
    readReference<Case[]>('fired'),
  )('case %#: the explored positions and rates are the official ones', (official) => {
    const {layers, initial_mask, updates} = official;
    const topologies = (masks: Record<string, number[]>) =>
      layers.map(({name, shape}) => Topology.fromMask(shapeFromTorch(shape), fromTorch(shape, masks[name])));
    const initial = topologies(initial_mask);
    const tracker = new ExplorationTracker(layers.map(({name}, i) => ({name, topology: initial[i]})));
    for (const [step, {mask, fired, layer_rate, total_rate}] of updates.entries()) {
      tracker.record(step, topologies(mask));
      expect(tracker.rate).toBe(total_rate);
      expect(tracker.rates()).toEqual(layer_rate);
      for (const {name, shape} of layers) {
        const explored = tracker.explored(name);
        expect(Array.from({length: explored.size}, (_, p) => Number(explored.has(p)))).toEqual(
          fromTorch(shape, fired[name]),
        );
      }
    }
  });
});
