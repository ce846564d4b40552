import * as itop from 'itop';
import {expect, it} from 'vitest';

// A file of its own: no maker is called in it.
it.each([
  ['softThreshold', {}],
  ['trainableMask', {}],
  ['hardConcrete', {}],
  ['topKast', {forward: 0.1, backward: 0.2}],
  ['srSte', {n: 2, m: 4}],
  ['targetedDropout', {targeted: 0.5, rate: 0.5}],
  ['swat', {weights: 0.1, activations: 0.1}],
  ['networkSurgery', {deviations: 1}],
  ['groupLasso', {lambda: 1}],
  ['variationalDropout', {lambda: 0.1}],
  ['continuousSparsification', {steps: 10}],
  ['softDeepRewiring', {noise: 0, l1: 0, lowest: -1}],
])('%s is known where itop is imported, though nobody has called it', (name, options) => {
  const layer = itop.maskedDense({units: 2, density: 1, reparameterization: {name, options}});
  expect((layer.getConfig().reparameterization as {name: string}).name).toBe(name);
});

it('an unknown one is refused with the line that makes it known', () => {
  expect(() => itop.maskedDense({units: 2, density: 1, reparameterization: {name: 'halved', options: {}}})).toThrow(
    "write registerReparameterization('halved', halved), both imported from 'itop' unless it is your own.",
  );
});
