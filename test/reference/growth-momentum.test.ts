import {expect, test} from 'vitest';
import {gradientGrowth} from '../../src/algorithms/growers/gradientGrowth.ts';
import {updateTopology} from '../../src/topology/update.ts';
import {denseGradient, growRequest, topologyFromTorch} from '../support/layer.ts';
import {momentumScore} from '../support/momentumScore.ts';
import {describeReference, fromTorch, readReference} from '../support/reference.ts';

interface Case {
  name: string;
  shape: number[];
  optimizer: 'sgd' | 'adam';
  mask_after_death: number[];
  num_grow: number;
  new_mask: number[];
  num_grown: number;
  tie_at_cut: boolean;
  momentum_buffer?: number[];
  exp_avg?: number[];
  exp_avg_sq?: number[];
}

function grow(each: Case) {
  const topology = topologyFromTorch(each.shape, each.mask_after_death);
  const gradient = denseGradient(fromTorch(each.shape, momentumScore(each)));
  const grown = gradientGrowth().grow(growRequest(topology, each.num_grow, {gradient}));
  return {topology, grown, mask: [...updateTopology(topology, new Int32Array(0), grown).next.mask()]};
}

// This library has no momentum growth: inactive connections have no optimizer state, hence no momentum to grow by. What is
// compared is the selection: gradient growth, given the momentum in place of the gradient.
describeReference('the selection of gradient growth against the official momentum growth', () => {
  const cases = readReference<Case[]>('growth-momentum');

  test.each(cases.filter(({tie_at_cut}) => !tie_at_cut))('$name: the same connections', (each) => {
    expect(each.num_grown).toBe(each.num_grow);
    expect(grow(each).mask).toEqual(fromTorch(each.shape, each.new_mask));
  });

  test('momentum that is zero wherever a connection is inactive: no pick is wasted, where the official code wastes some', () => {
    const ties = cases.filter(({tie_at_cut}) => tie_at_cut);
    expect(ties.map(({name}) => name)).toEqual(['sgd-momentum-zero-at-inactive']);
    const [{num_grow, num_grown}] = ties;
    const {topology, grown} = grow(ties[0]);
    const inactive = [...topology.mask()].flatMap((active, position) => (active ? [] : [position]));
    expect(num_grown).toBeLessThan(num_grow);
    expect([...grown]).toEqual(inactive.slice(0, num_grow));
  });
});
