import {setThreads} from 'itop';
import {arena} from '../src/fused/arena.ts';
import {installFusedStep} from '../src/fused/install.ts';
import type {Contestant} from './race.ts';
import {preparedBy} from './stockKernels.ts';

/** The contestant by the fused step on so many threads. */
export function onThreads(count: number, contestant: Contestant): Contestant {
  return preparedBy(async () => {
    installFusedStep();
    setThreads(count);
    while (arena().available() < count) await new Promise((resolve) => setTimeout(resolve, 1));
  }, contestant);
}

/** The contestant by steps that are replayed on the GPU. */
export function replaying(contestant: Contestant): Contestant {
  return preparedBy(() => void installFusedStep(), contestant);
}

/** The contestant by single ops, on tfjs's own train function. */
export function byOps(contestant: Contestant): Contestant {
  return preparedBy(() => installFusedStep()(), contestant);
}
