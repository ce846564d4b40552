#!/usr/bin/env node
import {planCommand} from './planner/command.ts';

const [command, ...args] = process.argv.slice(2);
try {
  if (command !== 'plan') {
    throw new Error(`itop: the command must be plan, received ${command ?? 'none'}. See itop plan --help.`);
  }
  console.log(planCommand(args));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
