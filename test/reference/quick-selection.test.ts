import {connectionStrength, Topology} from 'itop';
import {expect, it} from 'vitest';
import {atActive} from '../support/layer.ts';
import {describeReference, readReference} from '../support/reference.ts';

interface Case {
  name: string;
  num_features: number;
  num_hidden: number;
  k: number;
  w1: number[];
  w2: number[];
  strength_in: number[];
  strength_out: number[];
  degree_in: number[];
  selected_in: number[];
  margin_in: number | null;
}

describeReference('QuickSelection against its authors', () => {
  it.each(readReference<Case[]>('quick-selection'))('$name: the same strengths, the same inputs', (each) => {
    const layer = (shape: number[], weight: number[]) => {
      const topology = Topology.fromMask(
        shape,
        weight.map((w) => (w === 0 ? 0 : 1)),
      );
      return {topology, ...connectionStrength(topology, atActive(topology, weight))};
    };
    const first = layer([each.num_features, each.num_hidden], each.w1);
    const last = layer([each.num_hidden, each.num_features], each.w2);
    each.strength_in.forEach((strength, input) => {
      expect(first.inputs[input]).toBeCloseTo(strength, 5);
    });
    each.strength_out.forEach((strength, output) => {
      expect(last.outputs[output]).toBeCloseTo(strength, 5);
    });
    if (each.margin_in !== 0) {
      const order = [...first.inputs.keys()].sort((a, b) => first.inputs[b] - first.inputs[a]);
      expect(order.slice(0, each.k)).toEqual(each.selected_in);
    }
  });
});
