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
  sparsity: number;
  num_active: number;
  num_prune: number;
  dynamic_ablation: boolean;
  min_salient_used?: number;
  ablated?: number[];
  neurons_over_fan_in?: number[];
  zero_score_places_kept?: number;
  new_mask: number[];
  fan_in_per_neuron_after: number[];
}

describeReference('constant fan-in against the authors of SRigL', () => {
  const cases = readReference<Case[]>('srigl-update').filter(({ablated}) => ablated);

  it.each(cases)('$name: the same outputs are ablated, the others have the same connections', async (each) => {
    const {shape, weight, mask, grad, num_active, num_prune} = each;
    // What theirs divides among the neurons, whatever the layer has now. 1 − 0.7 is a little more than 0.3, as in Python.
    const budget = Math.floor(shape.reduce((a, b) => a * b) * (1 - each.sparsity));
    const fanIn = Math.floor(budget / shape[0]);
    const {dynamic_ablation: ablates, min_salient_used = fanIn} = each;
    const layer = {
      name: 'layer',
      topology: topologyFromTorch(shape, mask),
      weights: fromTorch(shape, weight),
      gradient: denseGradient(fromTorch(shape, grad)),
      unused: ablates ? budget - num_active : 0,
      isLast: each.name === 'last-layer-never-ablated',
    };
    // Rounded up again to as many as theirs drops.
    const fraction = Math.max(0, num_prune - 0.5) / num_active;
    const [{next}] = await updateLayers([layer], {
      fraction: num_prune === 0 ? 0 : fraction,
      pruner: magnitudePruning(),
      grower: gradientGrowth(),
      structure: constantFanIn(ablates ? {minSalient: min_salient_used / fanIn} : {}),
    });
    for (const output of each.ablated!) expect(next.fanIn()[output]).toBe(0);
    expect([...next.fanIn()]).toEqual(each.fan_in_per_neuron_after);
    // Where a neuron keeps more than it may, theirs cuts arbitrary weights.
    if (each.neurons_over_fan_in?.length || each.zero_score_places_kept) return;
    expect([...next.mask()]).toEqual(fromTorch(shape, each.new_mask));
  });
});
