import {expect, test} from 'vitest';
import {gradientGrowth} from '../../src/algorithms/growers/gradientGrowth.ts';
import {updateTopology} from '../../src/topology/update.ts';
import {denseGradient, growRequest, topologyFromTorch} from '../support/layer.ts';
import {describeReference, fromTorch, positionsFromTorch, readReference} from '../support/reference.ts';

interface Case {
  name: string;
  shape: number[];
  mask_after_death: number[];
  num_grow: number;
  num_empty: number;
  grad: number[];
  new_mask: number[];
  num_grown: number;
  tie_at_cut: boolean;
  certain?: number[];
  tied?: number[] | string;
}

/** Grows `k` positions of a case: the mask afterwards in the layout of TensorFlow.js, the grown places in PyTorch's. */
function grow({shape, mask_after_death, grad}: Case, k: number) {
  const topology = topologyFromTorch(shape, mask_after_death);
  const gradient = denseGradient(fromTorch(shape, grad));
  const grown = gradientGrowth().grow(growRequest(topology, k, {gradient}));
  const places = positionsFromTorch(shape);
  return {
    mask: [...updateTopology(topology, new Int32Array(0), grown).next.mask()],
    grown: [...grown],
    places: [...grown].map((position) => places[position]),
    inactive: [...topology.mask()].flatMap((active, position) => (active ? [] : [position])),
    score: (position: number) => Math.abs(gradient.block(position, position + 1)[0]),
  };
}

describeReference('gradient growth against the official gradient growth', () => {
  const cases = readReference<Case[]>('growth-gradient');
  const named = (name: string) => cases.find((each) => each.name === name) as Case;
  const fits = (each: Case) => each.num_grow <= each.num_empty;

  test.each(cases.filter((each) => fits(each) && !each.tie_at_cut))('$name: the same connections', (each) => {
    expect(each.num_grown).toBe(each.num_grow);
    expect(grow(each, each.num_grow).mask).toEqual(fromTorch(each.shape, each.new_mask));
  });

  test.each(
    cases.filter((each) => !fits(each)),
  )('$name: more than is inactive is refused, all of it is not', (each) => {
    expect(() => grow(each, each.num_grow)).toThrow(RangeError);
    expect(grow(each, each.num_empty).mask).toEqual(fromTorch(each.shape, each.new_mask));
  });

  test('zero-gradients: no pick is wasted on an active place, the lowest inactive ones follow', () => {
    const each = named('zero-gradients');
    const {grown, places, inactive, score} = grow(each, each.num_grow);
    const certain = each.certain as number[];
    expect(each.num_grown).toBeLessThan(each.num_grow);
    expect(grown.length).toBe(each.num_grow);
    expect(certain.every((place) => places.includes(place))).toBe(true);
    const withoutGradient = inactive.filter((position) => score(position) === 0);
    expect(grown.filter((position) => score(position) === 0)).toEqual(
      withoutGradient.slice(0, each.num_grow - certain.length),
    );
  });

  test('ties-at-cut: what must be chosen is, and of the tied places the lower ones', () => {
    const each = named('ties-at-cut');
    const {grown, places} = grow(each, each.num_grow);
    const certain = each.certain as number[];
    const layout = positionsFromTorch(each.shape);
    const tied = (each.tied as number[]).map((place) => layout.indexOf(place)).sort((a, b) => a - b);
    expect(grown.length).toBe(each.num_grow);
    expect(certain.every((place) => places.includes(place))).toBe(true);
    expect(grown.filter((position) => tied.includes(position))).toEqual(tied.slice(0, each.num_grow - certain.length));
  });

  test('every tie is covered by a test of its own', () => {
    const ties = cases.filter((each) => fits(each) && each.tie_at_cut).map(({name}) => name);
    expect(ties).toEqual(['zero-gradients', 'ties-at-cut']);
  });
});
