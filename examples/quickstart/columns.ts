import type {MethodResult} from './results.ts';

/** The columns of the result table. */
export const COLUMNS: readonly {title: string; cell: (result: MethodResult) => string}[] = [
  {
    title: 'Test accuracy',
    cell: ({testAccuracy}) => percent(testAccuracy, 2),
  },
  {
    title: 'Rₛ',
    cell: ({explorationRate}) => (explorationRate === null ? '–' : percent(explorationRate, 1)),
  },
  {
    title: 'Parameters',
    cell: ({parameters, denseParameters}) => `${whole(parameters)} (${percent(parameters / denseParameters, 1)})`,
  },
  {
    title: 'Training FLOPs',
    cell: ({trainingFlopsShare}) => percent(trainingFlopsShare, 1),
  },
  {
    title: 'ms per step',
    cell: ({msPerStep}) => msPerStep.toFixed(2),
  },
  {title: 'Size', cell: ({bytes}) => `${whole(bytes / 1000)} kB`},
];

/** A number in whole, with separators. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}

/** A share in percent. */
export function percent(share: number, digits: number): string {
  return `${(100 * share).toFixed(digits)} %`;
}
