#!/usr/bin/env node
import {Command} from 'commander';
import {planCommand} from './planner/command.ts';
import {reportCommand} from './report/command.ts';
import {version} from './version.ts';

const print = (text: string) => console.log(text);

// What a full disk did not take is no answer; a reader that has read enough, such as `head`, is none to complain about.
process.stdout.on('error', ({code, message}: NodeJS.ErrnoException) => {
  if (code === 'EPIPE') return;
  console.error(`itop: the answer must be written whole, received ${message}. Make room, or write it elsewhere.`);
  process.exitCode = 1;
});

await new Command('itop')
  .description('Sparse training for TensorFlow.js: what a training will explore, and what it did.')
  .version(version)
  .addCommand(planCommand(print))
  .addCommand(reportCommand(print))
  .parseAsync();
