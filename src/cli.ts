#!/usr/bin/env node
import {planCommand} from './planner/command.ts';

const HELP = `itop: the command must be plan or report, received RECEIVED.

  itop plan     how much of a network a sparse training will explore, and what reaches more
  itop report   one page of the logs of one or more runs

See itop plan --help, itop report --help.`;

try {
  console.log(await run(process.argv[2], process.argv.slice(3)));
} catch (error) {
  console.error(messageOf(error as Error & {code?: string}));
  process.exitCode = 1;
}

async function run(command: string | undefined, args: readonly string[]): Promise<string> {
  switch (command) {
    case 'plan':
      return planCommand(args);
    case 'report': {
      // Only the report needs its optional packages.
      const {reportCommand} = await import('./report/command.ts');
      return reportCommand(args);
    }
    case '--help':
      return HELP.slice(HELP.indexOf('\n') + 2);
    default:
      throw new Error(HELP.replace('RECEIVED', command ?? 'none'));
  }
}

function messageOf({code, message}: Error & {code?: string}): string {
  if (code !== 'ERR_MODULE_NOT_FOUND') return message;
  return `${message}. The report needs two packages: npm install --save-dev @observablehq/plot linkedom`;
}
