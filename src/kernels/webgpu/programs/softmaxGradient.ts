import {overRows} from './rows.ts';

/** The gradient of the logits, `[rows, columns]`, from that of the probabilities `y`. */
export const softmaxGradient = overRows(
  'softmaxGradient',
  ['dy', 'y'],
  `
      var sum = 0.0;
      for (var at = begin; at < end; at++) {
        sum += dy[at] * y[at];
      }
      for (var at = begin; at < end; at++) {
        result[at] = dy[at] * y[at] - sum * y[at];
      }`,
);
