#!/usr/bin/env node
import {Command} from 'commander';
import {planCommand} from './planner/command.ts';
import {reportCommand} from './report/command.ts';
import {version} from './version.ts';

const print = (text: string) => console.log(text);

await new Command('itop')
  .description('Sparse training for TensorFlow.js: what a training will explore, and what it did.')
  .version(version)
  .addCommand(planCommand(print))
  .addCommand(reportCommand(print))
  .parseAsync();
