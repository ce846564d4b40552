import type {RunSettings} from '../settings.ts';
import {markdownTable} from './markdownTable.ts';
import type {Spread, Summary} from './summary.ts';

/** In the cell of a setting that a training does not have. */
const NOTHING = '–';

interface Column {
  readonly title: string;
  readonly cell: (summary: Summary) => string;
}

/** The methods as pages call them. */
export const METHOD_NAMES: Record<RunSettings['method'], string> = {
  dense: 'dense',
  static: 'static',
  set: 'SET',
  rigl: 'RigL',
  unexplored: 'SET, unexplored first',
};
const START_NAMES: Record<RunSettings['start'], string> = {random: 'ERK', snip: 'SNIP', lottery: 'lottery ticket'};

const INITIALIZATION_NAMES: Record<RunSettings['initialization'], string> = {he: 'He', pytorch: 'PyTorch'};

/** What trainings are told apart by; a column that says the same wherever it says something is left out. */
const SETTINGS: readonly Column[] = [
  {title: 'start', cell: ({settings}) => (settings.method === 'dense' ? NOTHING : START_NAMES[settings.start])},
  {title: 'method', cell: ({settings}) => METHOD_NAMES[settings.method]},
  {title: 'initial weights', cell: ({settings}) => INITIALIZATION_NAMES[settings.initialization]},
  {title: 'density', cell: ({settings: {method, density}}) => (method === 'dense' ? NOTHING : String(density))},
  {title: 'epochs', cell: ({settings}) => String(settings.epochs)},
  {title: 'batch', cell: ({settings}) => String(settings.batchSize)},
  {title: 'learning rate', cell: ({settings}) => String(settings.learningRate)},
  {title: 'ΔT', cell: ({settings}) => (settings.updateInterval > 0 ? String(settings.updateInterval) : NOTHING)},
  {title: 'P', cell: ({settings}) => (settings.updateInterval > 0 ? String(settings.dropFraction) : NOTHING)},
  {
    title: 'explores until',
    cell: ({settings: {updateInterval, exploreEpochs, epochs}}) =>
      updateInterval === 0 ? NOTHING : exploreEpochs < epochs ? `epoch ${exploreEpochs}` : 'the end',
  },
];

const RESULTS: readonly Column[] = [
  {title: 'updates', cell: ({updates}) => String(updates)},
  {title: 'R_s', cell: ({explorationRate}) => explorationRate.mean.toFixed(3)},
  {title: 'test accuracy', cell: ({testAccuracy, seeds}) => percent(testAccuracy, seeds)},
  {title: 'training accuracy', cell: ({trainAccuracy, seeds}) => percent(trainAccuracy, seeds)},
  {title: 'seeds', cell: ({seeds}) => String(seeds)},
];

/** The summaries as a table in Markdown: mean ± standard deviation over the seeds. */
export function resultTable(summaries: readonly Summary[]): string {
  const columns = [
    ...SETTINGS.filter(({cell}) => new Set(summaries.map(cell).filter((text) => text !== NOTHING)).size > 1),
    ...RESULTS,
  ];
  return markdownTable(
    columns.map(({title}) => title),
    summaries.map((summary) => columns.map(({cell}) => cell(summary))),
  );
}

function percent({mean, deviation}: Spread, seeds: number): string {
  return `${(100 * mean).toFixed(2)}${seeds > 1 ? ` ± ${(100 * deviation).toFixed(2)}` : ''} %`;
}
