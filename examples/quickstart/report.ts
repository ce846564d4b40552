import {
  accuracyChart,
  connectionLegend,
  connectionPicture,
  connectionScale,
  DASHES,
  explorationChart,
} from './charts.ts';
import {COLUMNS, whole} from './columns.ts';
import {METHOD_NAMES} from './methods.ts';
import {reportStyle} from './reportStyle.ts';
import type {MethodResult, QuickstartResults} from './results.ts';

/** The results as one web page that needs nothing else: no network, no other file. */
export function renderReport(results: QuickstartResults): string {
  const {methods, source, trainSamples, testSamples, settings, machine, date} = results;
  const sparse = methods.filter(isSparse);
  const title = `Sparse training on ${escapeHtml(source)}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<title>itop: ${title}</title>
<style>${reportStyle()}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p>LeNet-300-100, ${whole(trainSamples)} training images, ${whole(testSamples)} test images.</p>
${resultTable(methods)}
<div class="charts">
${figure('Test accuracy after each epoch', accuracyChart(methods) + legend(methods, methods))}
${sparse.length > 0 ? figure('Share of the connections ever active, Rₛ', explorationChart(methods) + legend(methods, sparse)) : ''}
</div>
<h2>What the networks look at</h2>
<p>Each square is one of the 28 × 28 input pixels, its colour the number of connections from it into the first layer.</p>
${connectionLegend(connectionScale(methods))}
<div class="pictures">
${methods.map((result) => figure(caption(result), connectionPicture(result, connectionScale(methods)))).join('\n')}
</div>
<h2>Settings</h2>
${definitions(Object.entries({...settings, ...machine, date}))}
<h2>Columns of the table</h2>
${definitions(COLUMNS.map(({title, explanation}) => [title, explanation]))}
</main>
</body>
</html>
`;
}

function isSparse({explorationRate}: MethodResult): boolean {
  return explorationRate !== null;
}

function resultTable(methods: readonly MethodResult[]): string {
  const rows = methods.map(
    (result) =>
      `<tr><th scope="row">${METHOD_NAMES[result.method]}</th>` +
      `${COLUMNS.map(({cell}) => `<td>${cell(result)}</td>`).join('')}</tr>`,
  );
  return `<div class="table"><table>
<thead><tr><th scope="col">Method</th>${COLUMNS.map(({title}) => `<th scope="col">${title}</th>`).join('')}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table></div>`;
}

function figure(caption: string, content: string): string {
  return `<figure><figcaption>${caption}</figcaption>${content}</figure>`;
}

/** Which line is whose, for those of the methods that are in the chart. */
function legend(methods: readonly MethodResult[], shown: readonly MethodResult[]): string {
  const keys = shown.map((result) => {
    const series = methods.indexOf(result);
    const line = `<line x1="0" x2="34" y1="6" y2="6" stroke="var(--series-${series})" stroke-dasharray="${DASHES[series]}" />`;
    return `<span><svg width="34" height="12" aria-hidden="true">${line}</svg>${METHOD_NAMES[result.method]}</span>`;
  });
  return `<div class="legend">${keys.join('')}</div>`;
}

function caption({method, inputConnections}: MethodResult): string {
  const sorted = [...inputConnections].sort((a, b) => a - b);
  const [least, median, most] = [sorted[0], sorted[sorted.length >> 1], sorted[sorted.length - 1]];
  const unused = sorted.filter((connections) => connections === 0).length;
  const numbers =
    least === most ? `${most} from every pixel` : `${least} to ${most}, median ${median}; ${unused} pixels unused`;
  return `${METHOD_NAMES[method]} <small>${numbers}</small>`;
}

function definitions(entries: readonly (readonly [string, unknown])[]): string {
  const pairs = entries.map(([name, value]) => `<div><dt>${name}</dt><dd>${escapeHtml(String(value))}</dd></div>`);
  return `<dl>${pairs.join('')}</dl>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
