import type {MethodResult} from './results.ts';

/** The columns of the result table, in the terminal and in the report. */
export const COLUMNS: readonly {title: string; explanation: string; cell: (result: MethodResult) => string}[] = [
  {
    title: 'Test accuracy',
    explanation: 'share of the test images classified correctly after the last epoch',
    cell: ({testAccuracy}) => percent(testAccuracy, 2),
  },
  {
    title: 'Rₛ',
    explanation: 'share of all connections that were active at some time of the training',
    cell: ({explorationRate}) => (explorationRate === null ? '–' : percent(explorationRate, 1)),
  },
  {
    title: 'Parameters',
    explanation: 'active connections and biases',
    cell: ({parameters, denseParameters}) => `${whole(parameters)} (${percent(parameters / denseParameters, 1)})`,
  },
  {
    title: 'Training FLOPs',
    explanation: 'share of the floating-point operations of dense training',
    cell: ({trainingFlopsShare}) => percent(trainingFlopsShare, 1),
  },
  {
    title: 'ms per step',
    explanation: 'mean wall-clock time of a training step',
    cell: ({msPerStep}) => msPerStep.toFixed(2),
  },
  {title: 'Size', explanation: 'the weights as saved', cell: ({bytes}) => `${whole(bytes / 1000)} kB`},
];

/** A number in whole, with separators. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}

/** A share in percent. */
export function percent(share: number, digits: number): string {
  return `${(100 * share).toFixed(digits)} %`;
}
