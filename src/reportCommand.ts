#!/usr/bin/env node
// The command `itop-report`.

import {readFileSync, writeFileSync} from 'node:fs';
import {parseArgs} from 'node:util';

const USAGE = `Usage: itop-report LOG... [--out report.html] [--title TITLE] [--csv]

Makes one page of the logs of one or more runs, to be opened in any browser.

  --out FILE     where to write it (report.html)
  --title TITLE  its title
  --csv          also write each log as a table, to LOG.csv
`;

try {
  await main();
} catch (error) {
  console.error(messageOf(error as Error & {code?: string}));
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const {values, positionals} = parseArgs({
    allowPositionals: true,
    options: {
      out: {type: 'string', default: 'report.html'},
      title: {type: 'string'},
      csv: {type: 'boolean', default: false},
      help: {type: 'boolean', default: false},
    },
  });
  if (values.help) {
    console.log(USAGE);
    return;
  }
  if (positionals.length === 0) throw new Error(USAGE);
  const {parseRunLog, renderReport, runCsv} = await import('./report.ts');
  const runs = positionals.map((path) => {
    try {
      return parseRunLog(readFileSync(path, 'utf8'));
    } catch (error) {
      throw new Error(`${path}: ${(error as Error).message}`, {cause: error});
    }
  });
  if (values.csv) for (const [i, path] of positionals.entries()) writeFileSync(`${path}.csv`, runCsv(runs[i]));
  writeFileSync(values.out, renderReport(runs, {title: values.title}));
  console.log(values.out);
}

function messageOf({code, message}: Error & {code?: string}): string {
  if (code !== 'ERR_MODULE_NOT_FOUND') return message;
  return `${message}. The report needs two packages: npm install --save-dev @observablehq/plot linkedom`;
}
