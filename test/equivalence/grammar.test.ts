import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import {beforeAll, describe, expect, it} from 'vitest';
import {Code, sourceOf} from '../../scripts/equivalence/code.ts';
import {Dice} from '../../scripts/equivalence/dice.ts';
import {evaluate} from '../../scripts/equivalence/evaluate.ts';
import {actionKinds} from '../../scripts/equivalence/grammar/actions.ts';
import {networkOf} from '../../scripts/equivalence/grammar/network.ts';
import {networkKinds} from '../../scripts/equivalence/grammar/networkKinds.ts';
import {scriptSource, scripts} from '../../scripts/equivalence/grammar/script.ts';

beforeAll(async () => {
  await tf.setBackend('wasm');
});

const pace = {leastSteps: 1, batches: [8, 4], threads: 2};

/** Dice that choose an input of each rank. */
const inputs = {vector: [0, 3], image: [0, 3, 3, 3, 2, 0, 1], sequence: [0, 3, 3, 3, 2, 0, 4]};
const dice = fc.array(fc.nat(99), {maxLength: 12, size: 'max'});

describe('every kind of layer', () => {
  for (const [kind] of networkKinds) {
    it(`${kind} is in a model of some input, which has the shape that its draft says`, () => {
      let found = 0;
      fc.assert(
        fc.property(dice, fc.constantFrom(...Object.values(inputs)), (numbers, input) => {
          const choice = {input, layers: [{kind, dice: numbers}], head: [3]};
          const {source, outputs} = networkOf('m', choice);
          const plain = networkOf('m', {...choice, layers: []}).source;
          if (source !== plain) found++;
          const model = evaluate<() => tf.LayersModel>(source)();
          expect(model.outputs.map(({shape}) => shape.slice(1))).toEqual(outputs.map(({shape}) => shape));
          model.dispose();
        }),
        {numRuns: 20, seed: 1},
      );
      expect(found).toBeGreaterThan(0);
    });
  }
});

it('every kind of action is in some script', () => {
  const sources = fc
    .sample(scripts({mostLayers: 2, mostActions: 8, pace, without: []}), {numRuns: 150, seed: 1})
    .map((script) => scriptSource(script, pace));
  for (const kind of Object.keys(actionKinds)) expect(sources.join()).toContain(`run.step('${kind} m`);
});

it('a kind that is left out is in no script', () => {
  const without = ['trainOnBatch', 'flatten'];
  const all = fc.sample(scripts({mostLayers: 4, mostActions: 4, pace, without}), {numRuns: 50, seed: 1});
  const kinds = all.flatMap(({models, actions}) => [...models.flatMap(({layers}) => layers), ...actions]);
  expect(kinds.filter(({kind}) => without.includes(kind))).toEqual([]);
});

it('dice without numbers choose the first option everywhere', () => {
  const none = new Dice([]);
  expect([none.int(2, 5), none.of(['a', 'b']), none.once(3)]).toEqual([2, 'a', false]);
  const some = new Dice([6, 1, 5]);
  expect([some.int(2, 5), some.of(['a', 'b']), some.once(3)]).toEqual([4, 'b', true]);
});

it('values are written as source, without those that are undefined', () => {
  const value = {units: 2, name: 'a', shape: [1, null], layer: new Code('f()'), bias: undefined, on: false};
  expect(sourceOf(value)).toBe("{units: 2, name: 'a', shape: [1, null], layer: f(), on: false}");
});
