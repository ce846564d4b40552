import {columnSums} from './columnSums.ts';
import {elementwise} from './elementwise.ts';

/** The gradient before a relu that gave `y`. */
export const reluGradient = elementwise('reluGradient', ['dy', 'y'], 'select(0.0, dy[at], y[at] > 0.0)');

/** The same, `dz`, and that of the bias before it. */
export const reluBiasGradient = columnSums('reluBiasGradient', ['dy', 'y'], ['passed'], {
  prepareRow: 'let passed = select(0.0, dy[at], y[at] > 0.0); dz[at] = passed;',
  further: ['dz'],
});

/** The gradient of a bias from that of the output before the activation, `[rows, columns]`. */
export const biasGradient = columnSums('biasGradient', ['dz'], ['dz[at]']);
