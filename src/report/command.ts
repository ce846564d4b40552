import {readFileSync, writeFileSync} from 'node:fs';
import {parseArgs} from 'node:util';
import {parseRunLog} from '../log/parseRunLog.ts';
import {runCsv} from '../log/runCsv.ts';
import {renderReport} from './renderReport.ts';

const HELP = `itop report: one page of the logs of one or more runs, to be opened in any browser.

  itop report LOG... [--out report.html] [--title TITLE] [--csv]

  --out FILE     where to write it (report.html)
  --title TITLE  its title
  --csv          also write each log as a table, to LOG.csv
  --help`;

/**
 * The command `itop report`.
 *
 * @param args  the arguments after `report`
 * @returns what to print: the path of the page
 * @throws Error in one sentence if an argument is unknown or a file is no log; without arguments, the help
 */
export function reportCommand(args: readonly string[]): string {
  const {values, positionals} = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      out: {type: 'string', default: 'report.html'},
      title: {type: 'string'},
      csv: {type: 'boolean', default: false},
      help: {type: 'boolean', short: 'h', default: false},
    },
  });
  if (values.help) return HELP;
  if (positionals.length === 0) throw new Error(HELP);
  const runs = positionals.map((path) => {
    try {
      return parseRunLog(readFileSync(path, 'utf8'));
    } catch (error) {
      throw new Error(`${path}: ${(error as Error).message}`, {cause: error});
    }
  });
  if (values.csv) for (const [i, path] of positionals.entries()) writeFileSync(`${path}.csv`, runCsv(runs[i]));
  writeFileSync(values.out, renderReport(runs, {title: values.title}));
  return values.out;
}
