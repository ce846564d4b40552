/** Compares training with and without stand-ins by random scripts: `npm run equivalence -- --help`. */

import {freshSeed} from 'itop';
import {ChildRun} from './childRun.ts';
import type {Pace} from './grammar/model.ts';
import type {Grammar} from './grammar/script.ts';
import {addTally, type DifferenceReport, emptyTally, type Order, type Tally} from './messages.ts';
import {parseOptions} from './options.ts';
import {standalone} from './standalone.ts';

/** Scripts after which a fresh process goes on: whatever tfjs keeps of old ones is then gone. */
const SCRIPTS_PER_PROCESS = 2000;

interface Size extends Omit<Grammar, 'without' | 'pace'> {
  readonly pace: Omit<Pace, 'threads'>;
  /** Longest time for one run of a script. */
  readonly mostSeconds: number;
}

const ON_HOST: Size = {
  mostLayers: 7,
  mostActions: 8,
  pace: {leastSteps: 1, batches: [8, 4, 1, 33, 5, 3, 40, 2]},
  mostSeconds: 60,
};

/** On webgpu recordings begin at the third step of a shape, and every new shader takes its time. */
const ON_GPU: Size = {mostLayers: 4, mostActions: 5, pace: {leastSteps: 3, batches: [8, 4, 1]}, mostSeconds: 240};

const {minutes, seed, scripts, backend, threads, without, differences} = parseOptions(
  process.argv.slice(2),
  freshSeed(),
);
const {mostSeconds, pace, ...size} = backend === 'webgpu' ? ON_GPU : ON_HOST;
const end = Date.now() + minutes * 60_000;
const tally = emptyTally();
let found = 0;
console.log(`equivalence: seed ${seed}, backend ${backend}, ${minutes} minutes`);

for (let begin = 0; begin < scripts && Date.now() < end && found < differences; ) {
  const count = Math.min(SCRIPTS_PER_PROCESS, scripts - begin);
  const order: Order = {seed, begin, count, backend, threads, grammar: {...size, pace: {...pace, threads}, without}};
  const run = new ChildRun(order, mostSeconds * 1000, {
    ended(one: Tally) {
      addTally(tally, one);
      if (tally.scripts % 500 === 0) console.log(summary());
      if (Date.now() >= end) run.stop();
    },
    differs(report: DifferenceReport) {
      print(report);
      if (++found >= differences) run.stop();
    },
  });
  const {scripts: done, failure} = await run.finished;
  begin += done;
  if (failure) {
    found++;
    // It is not among those that ended.
    begin++;
    console.log(`\nDIFFERENCE: ${failure}\n${rerun(run.current)}`);
    const {sourceOfSeed} = await import('./check.ts');
    console.log(`\n${standalone(sourceOfSeed(run.current, order.grammar), backend, threads)}`);
  }
}
console.log(summary());
process.exit(found > 0 ? 1 : 0);

function print({seed: script, path, summary: text, source}: DifferenceReport): void {
  console.log(`\nDIFFERENCE ${text}\n${rerun(script)} (path ${path})\n\n${source}`);
}

function rerun(script: number): string {
  return `again: npm run equivalence -- --seed ${script} --scripts 1 --backend ${backend} --threads ${threads}`;
}

/** What has been done so far, in one line. */
function summary(): string {
  const {stoodIn, any, actions, failedActions} = tally;
  const share = (count: number, all = tally.scripts) => `${((100 * count) / Math.max(1, all)).toFixed(0)} %`;
  const kinds = Object.entries(stoodIn).map(([kind, count]) => `${kind} ${share(count)}`);
  return (
    `${tally.scripts} scripts, ${share(any)} with stand-ins (${kinds.join(', ')}), ` +
    `${share(failedActions, actions)} of ${actions} actions failed on both sides, ${found} differences`
  );
}
