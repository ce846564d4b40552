import {readFileSync, statSync, writeFileSync} from 'node:fs';
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
 * @throws Error in one sentence if an argument is unknown, a file is no log or would be overwritten; without arguments, the help
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
  const files = [
    ...(values.csv ? runs.map((run, i) => ({path: `${positionals[i]}.csv`, text: runCsv(run)})) : []),
    {path: values.out, text: renderReport(runs, {title: values.title})},
  ];
  for (const {path} of files) checkTarget(path, positionals);
  for (const {path, text} of files) writeFileSync(path, text);
  return values.out;
}

/** Throws if a file is one of the logs, by whatever name. */
function checkTarget(path: string, logs: readonly string[]): void {
  const target = statSync(path, {throwIfNoEntry: false});
  const log = logs
    .map((log) => ({log, ...statSync(log)}))
    .find(({dev, ino}) => dev === target?.dev && ino === target.ino);
  if (log) {
    throw new Error(
      `report: the file to write must be none of the logs, received ${path}, which is ${log.log}. Choose another by --out.`,
    );
  }
}
