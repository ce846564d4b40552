import {readFileSync, statSync, writeFileSync} from 'node:fs';
import {Command} from 'commander';
import {parseRunLog} from '../log/parseRunLog.ts';
import {runCsv} from '../log/runCsv.ts';

interface ReportFlags {
  readonly out: string;
  readonly title?: string;
  readonly csv?: boolean;
}

/**
 * The command `itop report`.
 *
 * @param print  takes the path of the page
 */
export function reportCommand(print: (text: string) => void): Command {
  const command = new Command('report')
    .description('one page of the logs of one or more runs, to be opened in any browser')
    .argument('<logs...>', 'files that a RunLog has written')
    .option('--out <file>', 'where to write the page', 'report.html')
    .option('--title <title>', 'its title')
    .option('--csv', 'also write each log as a table, to LOG.csv');
  return command.action(async (logs: readonly string[], flags: ReportFlags) => {
    try {
      await report(logs, flags);
      print(flags.out);
    } catch (error) {
      command.error(`itop report: ${(error as Error).message}`);
    }
  });
}

/** @throws Error in one sentence if a file is no log or would be overwritten, or a package is missing */
async function report(logs: readonly string[], {out, title, csv}: ReportFlags): Promise<void> {
  const runs = logs.map((path) => {
    try {
      return parseRunLog(readFileSync(path, 'utf8'));
    } catch (error) {
      throw new Error(`${path}: ${(error as Error).message}`, {cause: error});
    }
  });
  const {renderReport} = await loadReport();
  const files = [
    ...(csv ? runs.map((run, i) => ({path: `${logs[i]}.csv`, text: runCsv(run)})) : []),
    {path: out, text: renderReport(runs, {title})},
  ];
  for (const {path} of files) checkTarget(path, logs);
  for (const {path, text} of files) writeFileSync(path, text);
}

/** Only a page needs the two packages, which are optional. */
async function loadReport(): Promise<typeof import('./renderReport.ts')> {
  try {
    return await import('./renderReport.ts');
  } catch (error) {
    if ((error as {code?: string}).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new Error(
      `the packages @observablehq/plot and linkedom must be installed, received ${(error as Error).message}. ` +
        'Run npm install --save-dev @observablehq/plot linkedom.',
      {cause: error},
    );
  }
}

/** Throws if a file is one of the logs, by whatever name. */
function checkTarget(path: string, logs: readonly string[]): void {
  const target = statSync(path, {throwIfNoEntry: false});
  const log = logs
    .map((log) => ({log, ...statSync(log)}))
    .find(({dev, ino}) => dev === target?.dev && ino === target.ino);
  if (log) {
    throw new Error(
      `the file to write must be none of the logs, received ${path}, which is ${log.log}. Choose another by --out.`,
    );
  }
}
