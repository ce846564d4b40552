import {OFFICIAL_MEANS, OFFICIAL_TOLERANCE, official, officialSettings} from '../experiments/official.ts';
import type {RunResult} from '../results.ts';
import {runName} from '../settings.ts';
import {markdownTable} from './markdownTable.ts';
import {METHOD_NAMES} from './resultTable.ts';
import {summarize} from './summary.ts';

/** The means of this library beside the official ones; a row is met, missed, or lacks seeds. */
export function officialTable(results: readonly RunResult[]): {table: string; missed: number} {
  const summaries = new Map(summarize(official, results).map((one) => [runName({...one.settings, seed: 1}), one]));
  let missed = 0;
  const rows = OFFICIAL_MEANS.map((mean) => {
    const own = summaries.get(runName(officialSettings(mean)));
    const published = [percent(mean.testAccuracy), mean.explorationRate.toFixed(4)];
    const start = [METHOD_NAMES[mean.method], String(mean.density)];
    if (!own || own.seeds < official.seeds) {
      return [...start, published[0], '–', published[1], '–', `${own?.seeds ?? 0} of ${official.seeds} seeds`];
    }
    const {testAccuracy, explorationRate} = own;
    const isMet =
      Math.abs(testAccuracy.mean - mean.testAccuracy) <= OFFICIAL_TOLERANCE.testAccuracy &&
      Math.abs(explorationRate.mean / mean.explorationRate - 1) <= OFFICIAL_TOLERANCE.explorationRate;
    if (!isMet) missed++;
    return [
      ...start,
      published[0],
      `${(100 * testAccuracy.mean).toFixed(2)} ± ${percent(testAccuracy.deviation)}`,
      published[1],
      explorationRate.mean.toFixed(4),
      isMet ? 'met' : 'MISSED',
    ];
  });
  return {
    table: markdownTable(['method', 'density', 'official accuracy', 'here', 'official R_s', 'here', 'verdict'], rows),
    missed,
  };
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
