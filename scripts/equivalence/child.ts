/** The process that runs scripts: `main.ts` starts it, and ends it where it hangs. */

import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs';
import {registerWebGPUInNode} from 'itop/node';
import {check} from './check.ts';
import type {Tolerance} from './compare.ts';
import {emptyTally, type Message, type Order, seedOf} from './messages.ts';
import {standalone} from './standalone.ts';
import {useThreads} from './useThreads.ts';

tf.enableProdMode();
process.on('message', (order: Order) => void work(order));
process.on('disconnect', () => process.exit());
tell({kind: 'ready'});

async function work({seed, begin, count, backend, threads, grammar}: Order): Promise<void> {
  if (backend === 'webgpu') await registerWebGPUInNode();
  if (!(await tf.setBackend(backend)))
    throw new Error(`equivalence: the backend ${backend} must start, received none.`);
  if (threads > 1) useThreads();
  const tolerance: Tolerance = {predictions: 1e-6, losses: 1e-4, countsTensors: backend !== 'webgpu'};
  for (let place = begin; place < begin + count; place++) {
    const script = seedOf(seed, place);
    const onRun = () => tell({kind: 'begin', seed: script});
    const {outcome, finding} = await check(script, grammar, tolerance, onRun);
    const {stoodIn, actions, errors} = outcome;
    const tally = {...emptyTally(), scripts: 1, actions, failedActions: errors.length};
    for (const [kind, times] of Object.entries(stoodIn))
      tally.stoodIn[kind as keyof typeof stoodIn] = times > 0 ? 1 : 0;
    tally.any = Object.values(stoodIn).some((times) => times > 0) ? 1 : 0;
    tell({kind: 'end', tally});
    if (finding) {
      const {action, path, withStandIns, without} = finding.difference;
      const summary = `after "${action}", ${path}\n  with stand-ins: ${withStandIns}\n  without:        ${without}`;
      const source = standalone(finding.source, backend, threads);
      tell({kind: 'difference', report: {seed: script, path: finding.path, summary, source}});
    }
  }
  process.exit();
}

function tell(message: Message): void {
  process.send!(message);
}
