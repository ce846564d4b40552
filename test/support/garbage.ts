import {setTimeout} from 'node:timers/promises';
import {setFlagsFromString} from 'node:v8';
import {runInNewContext} from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Collects garbage, finalizers included, until a condition holds; gives up after a few rounds, since one may free another's. */
export async function collectGarbage(isDone: () => boolean): Promise<void> {
  for (let round = 0; round < 8 && !isDone(); round++) {
    collect();
    await setTimeout(10);
  }
}
