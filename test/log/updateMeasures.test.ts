import {expect, it} from 'vitest';
import {layerMeasures, updateMeasures} from '../../src/log/updateMeasures.ts';
import {updateReport} from '../../src/training/updateReport.ts';

const report = updateReport(
  {
    step: 30,
    dropFraction: 0.25,
    layers: [
      {name: 'a', dropped: 2, grown: 2, nnz: 8, density: 0.1, explorationRate: 0.125},
      {name: 'b', dropped: 1, grown: 1, nnz: 4, density: 0.5, explorationRate: 0.65},
    ],
    explorationRate: 0.2,
  },
  88,
);
/** As a tracker with more to tell would record it. */
const point = {
  step: 30,
  rate: 0.2,
  rates: [0.125, 0.65],
  reliableRate: 0.1,
  reliableRates: [0.09, 0.5],
  survival: null,
};

it('an update is measured by its report, and by what the tracker knows beside', () => {
  expect(updateMeasures(report, point)).toEqual({
    dropFraction: 0.25,
    explorationRate: 0.2,
    dropped: 3,
    grown: 3,
    density: 12 / 88,
    reliableRate: 0.1,
    survival: null,
  });
});

it('a list with a value per layer is a measure of each layer', () => {
  expect(layerMeasures(report, point)).toEqual({
    a: {dropped: 2, grown: 2, nnz: 8, density: 0.1, explorationRate: 0.125, reliableRate: 0.09},
    b: {dropped: 1, grown: 1, nnz: 4, density: 0.5, explorationRate: 0.65, reliableRate: 0.5},
  });
});
