import fc from 'fast-check';
import type {LayerShape} from '../../src/algorithms/types.ts';

/** Any network of 1 to 12 dense and convolutional layers, with shapes as in TensorFlow.js. */
export const anyLayers: fc.Arbitrary<LayerShape[]> = fc
  .array(
    fc.oneof(
      fc.tuple(fc.integer({min: 1, max: 300}), fc.integer({min: 1, max: 300})),
      fc.tuple(
        fc.integer({min: 1, max: 5}),
        fc.integer({min: 1, max: 5}),
        fc.integer({min: 1, max: 64}),
        fc.integer({min: 1, max: 64}),
      ),
    ),
    {minLength: 1, maxLength: 12},
  )
  .map((shapes) => shapes.map((shape, i) => ({name: `layer${i}`, shape})));

/** Any density in (0, 1], its bounds and the usual ones more often. */
export const anyDensity: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(1, 0.5, 0.2, 0.1, 0.05, 0.02),
  fc.double({min: 1e-4, max: 1, noNaN: true}),
);
