import type {Run} from '../log/parseRunLog.ts';
import {checkKind, checkOptions} from '../topology/checkKind.ts';
import {version} from '../version.ts';
import {escapeHtml} from './html.ts';
import {byArchitecture, evolutionCharts, layerCharts} from './layerCharts.ts';
import {measureInfo, sortedNames} from './measures.ts';
import {outcome} from './outcome.ts';
import {inputMaps, layerPictures} from './pictures.ts';
import {reportStyle} from './reportStyle.ts';
import {explorationCharts, learningCharts} from './runCharts.ts';
import {type ShownRun, shownRuns} from './runSeries.ts';
import {settingsTable} from './settingsTable.ts';
import {summary} from './summary.ts';

/** What the page may do, whatever its logs say: show its own styles and pictures, nothing else. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** Damaged lines that are named. */
const MOST_LINES = 10;

/** Options of {@link renderReport}. */
export interface ReportOptions {
  /** @defaultValue 'Training report' */
  readonly title?: string;
}

/**
 * Shows one or more runs side by side as a web page that needs nothing else: no network, no script, no other file.
 *
 * It has a table of the results; charts of every metric, of training FLOPs, of R_s and of everything else that was measured; the
 * layers of runs with the same architecture; and pictures of the topologies. It is for light and dark screens, wide and narrow ones.
 *
 * @param runs  what `parseRunLog` returned; runs of one name are told apart by their numbers
 * @returns HTML
 * @throws RangeError if there is no run
 * @throws TypeError if one is something else, the text of a log for instance
 *
 * @example
 * writeFileSync('report.html', renderReport(['set.jsonl', 'rigl.jsonl'].map((path) => parseRunLog(readFileSync(path, 'utf8')))));
 */
export function renderReport(runs: readonly Run[], options: ReportOptions = {}): string {
  checkKind('renderReport', 'runs', 'a list', runs, 'Pass [parseRunLog(text)].');
  for (const run of runs)
    checkKind('renderReport', 'a run', 'an object', run, 'Pass what parseRunLog made of the text of a log.');
  checkOptions<ReportOptions>('renderReport', options, {title: 1});
  const {title = 'Training report'} = options;
  if (runs.length === 0) {
    throw new RangeError(
      'renderReport: runs must hold at least one run, received none. Pass what parseRunLog returned.',
    );
  }
  const shown = shownRuns(withOwnNames(runs));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8" />
<meta http-equiv="Content-Security-Policy" content="${POLICY}" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<title>${escapeHtml(title)}</title>
<style>${reportStyle()}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${outcome(shown)}
${notes(shown)}
${summary(shown)}
${section('Learning', charts(learningCharts(shown)))}
${section('Exploration', charts(explorationCharts(shown)))}
${inputMaps(shown)}
${byArchitecture(shown)
  .map((group) => architecture(group, shown.length > group.length))
  .join('\n')}
${settings(shown)}
<footer>Made by itop ${version}.</footer>
</main>
</body>
</html>
`;
}

function settings(runs: readonly ShownRun[]): string {
  const content = settingsTable(runs);
  return section('Settings', content, content.includes('<b>') ? 'Bold where the runs differ.' : '');
}

/** Layer by layer, where runs can be compared so. */
function architecture(runs: readonly ShownRun[], isOneOfMany: boolean): string {
  const of = isOneOfMany ? ` of ${runs.map(({name}) => name).join(', ')}` : '';
  return (
    section(escapeHtml(`Layers${of}`), charts(layerCharts(runs) + evolutionCharts(runs))) +
    section(
      escapeHtml(`Topologies${of}`),
      layerPictures(runs),
      'Each matrix has the inputs from top to bottom, the outputs from left to right; colours are densities, the same scale in a row.',
    )
  );
}

function section(title: string, content: string, explanation = ''): string {
  if (content === '') return '';
  return `<h2>${title}</h2>\n${explanation === '' ? '' : `<p>${explanation}</p>\n`}${content}`;
}

function charts(content: string): string {
  return content === '' ? '' : `<div class="charts">\n${content}\n</div>`;
}

/** What a reader must know before comparing. */
function notes(runs: readonly ShownRun[]): string {
  const lines = runs.flatMap(({name, continuations, isCutOff, damaged, missing, epochs, start: {notCounted}}) => [
    ...(continuations > 0 ? [`${name} was continued from a checkpoint, ${continuations} ×.`] : []),
    ...(isCutOff ? [`The last line of the log of ${name} was cut off and left out.`] : []),
    ...(damaged.length > 0
      ? [`Of the log of ${name} these lines were damaged and left out: ${damagedLines(damaged)}.`]
      : []),
    ...(missing > 0 ? [`By their numbers, ${missing} lines of the log of ${name} are missing.`] : []),
    ...(notCounted.length > 0
      ? [`Operations of these layers of ${name} are not counted: ${notCounted.join(', ')}.`]
      : []),
    ...notFinite(epochs).map((what) => `${what.title} of ${name} was not a finite number ${what.when}.`),
  ]);
  return lines.map((line) => `<p>${escapeHtml(line)}</p>`).join('\n');
}

/** Metrics that a log has as none, since they were not finite, and when: their lines have gaps, or end before the training. */
function notFinite(epochs: Run['epochs']): {title: string; when: string}[] {
  const names = sortedNames(
    epochs.flatMap(({metrics}) => Object.keys(metrics).filter((name) => metrics[name] === null)),
  );
  return names.map((name) => {
    const gaps = epochs.filter(({metrics}) => metrics[name] === null);
    const isToEnd = epochs.slice(-gaps.length).every((epoch) => gaps.includes(epoch));
    const when =
      isToEnd && gaps.length > 1
        ? `from epoch ${gaps[0].epoch} on`
        : gaps.length > 1
          ? `in ${gaps.length} epochs, first in epoch ${gaps[0].epoch}`
          : `in epoch ${gaps[0].epoch}`;
    return {title: measureInfo(name).title, when};
  });
}

/** The first of them by their numbers in the file, and how many there are. */
function damagedLines(damaged: Run['damaged']): string {
  const numbers = [...new Set(damaged.map(({line}) => line))];
  const rest = numbers.length - MOST_LINES;
  return numbers.slice(0, MOST_LINES).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

/** Runs of one name get a number each, so that legends tell them apart; a name that another run has is passed over. */
function withOwnNames(runs: readonly Run[]): Run[] {
  const names = runs.map(({name}) => name);
  const taken = new Set(names);
  return runs.map((run) => {
    if (names.indexOf(run.name) === names.lastIndexOf(run.name)) return run;
    let number = 1;
    while (taken.has(`${run.name} (${number})`)) number++;
    const name = `${run.name} (${number})`;
    taken.add(name);
    return {...run, name};
  });
}
