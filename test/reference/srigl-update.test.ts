import {constantFanIn, gradientGrowth, magnitudePruning} from 'itop';
import {expect, it} from 'vitest';
import {denseGradient, topologyFromTorch} from '../support/layer.ts';
import {describeReference, fromTorch, readReference} from '../support/reference.ts';
import {updateLayers} from '../support/updateLayers.ts';

interface Case {
  name: string;
  shape: number[];
  weight: number[];
  mask: number[];
  grad: number[];
  num_active: number;
  num_prune: number;
  ablated?: number[];
  neurons_over_fan_in?: number[];
  zero_score_places_kept?: number;
  new_mask: number[];
  fan_in_per_neuron_after: number[];
}

describeReference('constant fan-in against the authors of SRigL, where no neuron is ablated', () => {
  const cases = readReference<Case[]>('srigl-update').filter(({ablated}) => ablated?.length === 0);

  it.each(cases)('$name: the same connections', async (each) => {
    const {shape, weight, mask, grad, num_active, num_prune} = each;
    const layer = {
      name: 'layer',
      topology: topologyFromTorch(shape, mask),
      weights: fromTorch(shape, weight),
      gradient: denseGradient(fromTorch(shape, grad)),
    };
    // Rounded up again to as many as theirs drops.
    const fraction = Math.max(0, num_prune - 0.5) / num_active;
    const [{next}] = await updateLayers([layer], {
      fraction: num_prune === 0 ? 0 : fraction,
      pruner: magnitudePruning(),
      grower: gradientGrowth(),
      structure: constantFanIn(),
    });
    expect([...next.fanIn()]).toEqual(each.fan_in_per_neuron_after);
    // Where a neuron keeps more than it may, theirs cuts arbitrary weights.
    if (each.neurons_over_fan_in?.length || each.zero_score_places_kept) return;
    expect([...next.mask()]).toEqual(fromTorch(shape, each.new_mask));
  });
});
