import {expect, it} from 'vitest';
import {updateReport} from '../../src/training/updateReport.ts';

const report = updateReport(
  {
    step: 1500,
    dropFraction: 0.25,
    layers: [
      {name: 'hidden', dropped: 25, grown: 25, nnz: 100, density: 0.1, explorationRate: 0.125},
      {name: 'frozen', dropped: 0, grown: 0, nnz: 50, density: 0.05, explorationRate: 0.05},
      {name: 'encoder/output', dropped: 3, grown: 3, nnz: 10, density: 0.5, explorationRate: 0.65},
    ],
    explorationRate: 0.09356,
  },
  2020,
);

it('an update report adds up its layers', () => {
  expect(report).toMatchObject({step: 1500, dropFraction: 0.25, dropped: 28, grown: 28, explorationRate: 0.09356});
  expect(report.density).toBe(160 / 2020);
});

it('an update report prints as a table', () => {
  expect(String(report)).toBe(
    [
      'step 1500, drop fraction 0.2500',
      'layer           dropped  grown  nnz  density     R_s',
      'hidden               25     25  100   0.1000  0.1250',
      'frozen                0      0   50   0.0500  0.0500',
      'encoder/output        3      3   10   0.5000  0.6500',
      'all                  28     28  160   0.0792  0.0936',
    ].join('\n'),
  );
});

it('an update report is plain data but for its text', () => {
  expect(Object.keys(JSON.parse(JSON.stringify(report)))).toEqual([
    'step',
    'dropFraction',
    'layers',
    'explorationRate',
    'dropped',
    'grown',
    'density',
  ]);
});
