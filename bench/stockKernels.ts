import {accelerateTfjs} from 'itop/accelerate';
import type {Contestant} from './race.ts';

let restore: (() => void) | undefined;

/** Puts faster kernels in the place of slow ones of tfjs, or the stock ones back. */
export function useAcceleratedTfjs(isAccelerated: boolean): void {
  restore?.();
  restore = isAccelerated ? accelerateTfjs() : undefined;
}

/** The contestant with tfjs as it is. */
export function onStockTfjs(contestant: Contestant): Contestant {
  return preparedBy(() => useAcceleratedTfjs(false), contestant);
}

/** The contestant with `accelerateTfjs()`. */
export function onAcceleratedTfjs(contestant: Contestant): Contestant {
  return preparedBy(() => useAcceleratedTfjs(true), contestant);
}

/** The contestant after something that is not timed. */
export function preparedBy(setUp: () => void | Promise<void>, contestant: Contestant): Contestant {
  return {
    ...contestant,
    prepare: async () => {
      await setUp();
      await contestant.prepare?.();
    },
  };
}
