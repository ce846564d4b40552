import {expect, test} from 'vitest';
import {setPruning} from '../../src/algorithms/pruners/setPruning.ts';
import {atActive, pruneRequest, topologyFromTorch} from '../support/layer.ts';
import {describeReference, fromTorch, readReference} from '../support/reference.ts';

interface Case {
  name: string;
  shape: number[];
  death_rate: number;
  weight: number[];
  mask: number[];
  num_active: number;
  num_active_exactly_zero: number;
  num_remove_asked: number;
  new_mask?: number[];
  num_removed?: number;
  active_positive?: number;
  kept_positive?: number;
  kept_negative?: number;
  official_error?: string;
}

/** The weights of one sign by distance from zero, and who dropped each of them. */
function sides(each: Case) {
  const topology = topologyFromTorch(each.shape, each.mask);
  const values = atActive(topology, fromTorch(each.shape, each.weight));
  const ours = new Set(setPruning().prune(pruneRequest(values, {topology, fraction: each.death_rate})));
  const official = each.new_mask && atActive(topology, fromTorch(each.shape, each.new_mask));
  const all = Array.from(values, (value, slot) => ({
    distance: Math.abs(value),
    sign: Math.sign(value),
    ours: ours.has(slot),
    official: official?.[slot] === 0,
  })).sort((a, b) => a.distance - b.distance);
  const side = (sign: number) => all.filter((weight) => weight.sign === sign);
  return {negative: side(-1), zero: side(0), positive: side(1), dropped: ours.size};
}

type Weight = ReturnType<typeof sides>['negative'][number];
const gone = (weights: Weight[]) => weights.filter(({ours}) => ours).length;
const goneOfficially = (weights: Weight[]) => weights.filter(({official}) => official).length;

/** True if the dropped are those closest to zero. */
const closestFirst = (weights: Weight[], dropped: (weight: Weight) => boolean) =>
  weights.every((weight, i) => i === 0 || dropped(weights[i - 1]) || !dropped(weight));

// The official SET mode sorts the negative weights the wrong way round and keeps the k − 1 most negative ones, k half of the
// number asked for. Setting that right is why this library follows the SET authors' own code; see death-set-original.
describeReference('SET pruning beside the official SET mode', () => {
  const cases = readReference<Case[]>('death-set');
  const regular = cases.filter(({name}) => /^\d+x/.test(name));
  const tiny = regular.filter(({num_remove_asked}) => Math.ceil(num_remove_asked / 2) === 1);

  test.each(
    cases,
  )('$name: each sign loses what is closest to zero, in total what was asked and up to three more', (each) => {
    const {negative, zero, positive, dropped} = sides(each);
    expect(closestFirst(negative, ({ours}) => ours)).toBe(true);
    expect(closestFirst(positive, ({ours}) => ours)).toBe(true);
    expect(gone(zero)).toBe(Math.min(zero.length, each.num_remove_asked));
    expect(gone(negative) + gone(zero) + gone(positive)).toBe(dropped);
    const share = each.death_rate * each.num_active;
    expect(dropped).toBeGreaterThanOrEqual(share - 1e-9);
    expect(dropped).toBeLessThan(share + 3);
  });

  test.each(regular)('$name: official positives are the closest half of the count, official negatives not', (each) => {
    const {negative, positive} = sides(each);
    const half = Math.ceil(each.num_remove_asked / 2);
    expect(closestFirst(positive, ({official}) => official)).toBe(true);
    expect(goneOfficially(positive)).toBe(each.active_positive! - each.kept_positive!);
    expect(goneOfficially(positive)).toBe(Math.min(half, positive.length));
    expect(negative.length - goneOfficially(negative)).toBe(each.kept_negative);
    expect(each.kept_negative).toBe(Math.min(half, negative.length) - 1);
  });

  test.each(tiny)('$name: asked for two at most, the official code drops every negative weight', (each) => {
    const {negative} = sides(each);
    expect(goneOfficially(negative)).toBe(negative.length);
    expect(gone(negative)).toBeLessThanOrEqual(each.num_remove_asked + 1);
  });

  test('at fraction 0 the official code drops weights, this library none; at 1 this library drops all', () => {
    const [none, all] = ['rate-zero', 'rate-one'].map((name) => cases.find((each) => each.name === name) as Case);
    expect(none.num_removed).toBeGreaterThan(0);
    expect(sides(none).dropped).toBe(0);
    expect(all.num_removed).toBeLessThan(all.num_active);
    expect(sides(all).dropped).toBe(all.num_active);
  });

  test('a layer with weights of one sign is an error there and an ordinary update here', () => {
    const failing = cases.filter(({official_error}) => official_error !== undefined);
    expect(failing.map(({name}) => name)).toEqual(['no-negative', 'no-positive']);
    for (const each of failing) {
      const {negative, positive, dropped} = sides(each);
      // The closest weight, and of the n others on its side ⌈rate · n⌉ below it, or 1 + ⌊rate · n⌋ above it.
      const share = each.death_rate * (each.num_active - 1);
      expect(Math.min(negative.length, positive.length)).toBe(0);
      expect(dropped).toBe(1 + (positive.length === 0 ? Math.ceil(share) : 1 + Math.floor(share)));
    }
  });
});
