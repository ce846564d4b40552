import {expect, test} from 'vitest';
import {gradientGrowth} from '../../src/algorithms/growers/gradientGrowth.ts';
import {denseGradient, growRequest, topologyFromTorch} from '../support/layer.ts';
import {momentumScore} from '../support/momentumScore.ts';
import {describeReference, fromTorch, readReference} from '../support/reference.ts';

interface Case {
  name: string;
  shape: number[];
  mask_after_death: number[];
  num_grow: number;
  momentum_buffer: number[];
  num_grown: number;
  grown_per_neuron: number[];
  share_per_neuron: number[];
}

describeReference('gradient growth beside the official growth by the momentum of a neuron', () => {
  const cases = readReference<Case[]>('growth-momentum-neuron');

  test.each(cases)('$name: the official rule grows one fewer than each neuron’s share, and none below ten', (each) => {
    const fanIn = each.mask_after_death.length / each.shape[0];
    const perNeuron = each.share_per_neuron.map((share, neuron) => {
      const row = each.mask_after_death.slice(neuron * fanIn, (neuron + 1) * fanIn);
      const asked = Math.min(Math.floor(share * each.num_grow), row.filter((active) => active === 0).length);
      return asked < 10 ? 0 : asked - 1;
    });
    expect(each.grown_per_neuron).toEqual(perNeuron);
    expect(each.num_grown).toBe(perNeuron.reduce((a, b) => a + b, 0));
    expect(each.num_grown).toBeLessThan(each.num_grow);
  });

  test.each(cases)('$name: exact selection by the same score grows exactly as many as asked', (each) => {
    const topology = topologyFromTorch(each.shape, each.mask_after_death);
    const gradient = denseGradient(fromTorch(each.shape, momentumScore(each)));
    const grown = gradientGrowth().grow(growRequest(topology, each.num_grow, {gradient}));
    expect(new Set(grown).size).toBe(each.num_grow);
    expect(grown.some((position) => topology.positions().includes(position))).toBe(false);
  });
});
