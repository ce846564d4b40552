import {accessSync, constants, readFileSync, realpathSync, statSync, writeFileSync} from 'node:fs';
import {dirname, resolve} from 'node:path';
import {Command} from 'commander';
import {parseRunLog} from '../log/parseRunLog.ts';
import {runCsv} from '../log/runCsv.ts';
import {writeAtomically} from '../node/writeAtomically.ts';

interface ReportFlags {
  readonly out: string;
  readonly title?: string;
  readonly csv?: boolean;
}

/**
 * The command `itop report`.
 *
 * @param print  takes the path of the page, if that is a file
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
      // What is no file is read by another program, which takes the page and nothing else.
      if (statSync(flags.out).isFile()) print(flags.out);
    } catch (error) {
      command.error(`itop report: ${(error as Error).message}`);
    }
  });
}

/** A file to write. */
interface Target {
  readonly path: string;
  readonly text: string;
}

/** @throws Error in one sentence if a file is no log, would be overwritten or cannot be written, or a package is missing */
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
  checkApart(files);
  for (const file of files) await write(file);
}

/** Writes a file whole or not at all; what is no file, `/dev/stdout` for instance, is written to as far as it is read. */
async function write({path, text}: Target): Promise<void> {
  const target = statSync(path, {throwIfNoEntry: false});
  if (!target || target.isFile()) return writeAtomically(target ? realpathSync(path) : path, text);
  try {
    writeFileSync(path, text);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  }
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

/** Throws if a file is one of the logs, by whatever name, or there is no place for it. */
function checkTarget(path: string, logs: readonly string[]): void {
  const target = identityOf(path);
  const log = logs.find((log) => identityOf(log) === target);
  if (log !== undefined) {
    throw new Error(
      `the file to write must be none of the logs, received ${path}, which is ${log}. Choose another by --out.`,
    );
  }
  try {
    accessSync(placeOf(path), constants.W_OK);
  } catch (cause) {
    throw new Error(
      `the file to write must have a name in a folder that can be written to, received ${path}: ${(cause as Error).message}. ` +
        'Make the folder, or choose another by --out.',
      {cause},
    );
  }
}

/** What must be open to writing: the folder of a file; what is no file is written to. @throws Error if it is a folder or has no name */
function placeOf(path: string): string {
  if (path === '') throw new Error('no name');
  const target = statSync(path, {throwIfNoEntry: false});
  if (target?.isDirectory()) throw new Error('a folder');
  if (target && !target.isFile()) return path;
  return dirname(target ? realpathSync(path) : path);
}

/** Throws if one file would take the place of another. */
function checkApart(files: readonly Target[]): void {
  const texts = new Map<string, string>();
  for (const {path, text} of files) {
    const identity = identityOf(path);
    if ((texts.get(identity) ?? text) !== text) {
      throw new Error(
        `the page and the tables must be files of their own, received ${path} twice. Choose another by --out.`,
      );
    }
    texts.set(identity, text);
  }
}

/** The same for all names of a file. */
function identityOf(path: string): string {
  const {dev, ino} = statSync(path, {throwIfNoEntry: false}) ?? {};
  return ino === undefined ? resolve(path) : `${dev}:${ino}`;
}
