import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {magnitudeScores, secondOrder, selectGlobally, snipScores} from '../../src/algorithms/criteria.ts';
import {dropLowest} from '../../src/algorithms/pruners/dropLowest.ts';
import {meanSquaredGradient} from '../../src/algorithms/signals/meanSquaredGradient.ts';
import {seededRandom} from '../../src/topology/random.ts';
import {Topology} from '../../src/topology/topology.ts';
import {pruneRequest} from '../support/layer.ts';

describe('selectGlobally', () => {
  const scores = [
    [0.5, 0.1, 0.9],
    [0.5, 0.5],
    [0.2, 0.7],
  ].map((layer) => new Float32Array(layer));

  it('selects the largest scores over all layers', () => {
    expect(selectGlobally(scores, 2).map((layer) => [...layer])).toEqual([[2], [], [1]]);
  });

  it('prefers the earlier layer, then the lower position, among equal scores', () => {
    // 0.9, 0.7 and two of the three places with 0.5.
    expect(selectGlobally(scores, 4).map((layer) => [...layer])).toEqual([[0, 2], [0], [1]]);
  });

  it('selects nothing for k = 0 and everything for k = all', () => {
    expect(selectGlobally(scores, 0).map((layer) => [...layer])).toEqual([[], [], []]);
    expect(selectGlobally(scores, 7).map((layer) => [...layer])).toEqual([
      [0, 1, 2],
      [0, 1],
      [0, 1],
    ]);
    expect(selectGlobally([], 0)).toEqual([]);
  });

  it('selects exactly k, none below one left out, positions ascending', () => {
    const anyScores = fc.array(fc.array(fc.integer({min: 0, max: 20}), {maxLength: 30}), {minLength: 1, maxLength: 5});
    fc.assert(
      fc.property(anyScores, fc.nat(), (layers, seed) => {
        const all = layers.flat();
        const k = seed % (all.length + 1);
        const selected = selectGlobally(
          layers.map((layer) => new Float32Array(layer)),
          k,
        );
        expect(selected.reduce((total, {length}) => total + length, 0)).toBe(k);
        const chosen = selected.flatMap((positions, layer) =>
          Array.from(positions, (position) => layers[layer][position]),
        );
        expect(chosen.sort((a, b) => b - a)).toEqual(all.sort((a, b) => b - a).slice(0, k));
        for (const positions of selected) expect([...new Set(positions)].sort((a, b) => a - b)).toEqual([...positions]);
      }),
    );
  });

  it('refuses a k that is out of range, and NaN', () => {
    expect(() => selectGlobally(scores, 8)).toThrow(RangeError);
    expect(() => selectGlobally(scores, 1.5)).toThrow(RangeError);
    expect(() => selectGlobally([scores[0], new Float32Array([1, Number.NaN])], 1)).toThrow(
      'selectGlobally: scores must be numbers, received NaN in layer 1 at position 1.',
    );
  });
});

describe('scores', () => {
  it('magnitude is |w|', () => {
    expect([...magnitudeScores(new Float32Array([-2, 0, 0.5]))]).toEqual([2, 0, 0.5]);
  });

  it('SNIP is |w · g|', () => {
    expect([...snipScores(new Float32Array([-2, 0, 0.5]), new Float32Array([0.25, 3, -4]))]).toEqual([0.5, 0, 2]);
  });

  it('SNIP refuses gradients of another length', () => {
    expect(() => snipScores(new Float32Array(3), new Float32Array(2))).toThrow(
      'snipScores: gradients must have 3 entries to match the values, received 2.',
    );
  });
});

describe('second-order pruning', () => {
  it('ranks by ½ w² F: a large weight that the loss does not feel goes before a small one that it does', () => {
    // Squared gradients of two steps: (1 + 9) / 2 = 5, 0, (4 + 0) / 2 = 2.
    const signal = meanSquaredGradient(2);
    const state = new Float32Array(3);
    signal.fold(state, Float32Array.of(1, 0, -2), 0);
    signal.fold(state, Float32Array.of(-3, 0, 0), 1);
    expect([...state]).toEqual([5, 0, 2]);
    // ½ w² F = 2.5, 0, 4.
    const values = Float32Array.of(1, 8, -2);
    const scores = secondOrder().active!({
      name: '',
      topology: Topology.dense([1, 3]),
      values,
      gradient: state,
      random: seededRandom(1),
    });
    const rank = [...scores.keys()].sort((a, b) => scores[a] - scores[b]);
    expect(rank).toEqual([1, 0, 2]);
    [2.5, 0, 4].forEach((rise, i) => {
      expect(scores[i] ** 2 / 2).toBeCloseTo(rise, 5);
    });
  });

  it('refuses gradients that are no means of squares, whose roots have no rank', () => {
    const gradient = Float32Array.of(0.5, -0.25, 0);
    expect(() => dropLowest(secondOrder()).prune(pruneRequest([1, 2, 3], {gradient}))).toThrow(
      'secondOrder: request.gradient must hold means of squares, received -0.25. Give the scheduler signal: meanSquaredGradient(n).',
    );
  });
});
