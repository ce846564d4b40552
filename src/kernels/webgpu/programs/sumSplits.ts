import {elementwise} from './elementwise.ts';

/** Adds the splits of one of several terms up: `[splits, terms, length]` to `[length]`. */
export const sumSplits = elementwise('sumSplits', ['partial'], 'sum', {
  uniforms: ['splits', 'terms', 'term'],
  prepare: `
      var sum = 0.0;
      for (var split = 0; split < uniforms.splits; split++) {
        sum += partial[(split * uniforms.terms + uniforms.term) * uniforms.length + at];
      }`,
});
