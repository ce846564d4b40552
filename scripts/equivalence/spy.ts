import {FusedModel} from '../../src/fused/fusedModel.ts';
import {ReplayedStep} from '../../src/fused/replay/replayedStep.ts';

/** How often something stood in for stock ops. */
export interface StandInCounts {
  training: number;
  evaluation: number;
  prediction: number;
  replay: number;
}

export const counts: StandInCounts = {training: 0, evaluation: 0, prediction: 0, replay: 0};

/** Counts the calls of a method from now on that do not leave it to stock ops. */
function count<Target extends object>(
  prototype: Target,
  method: keyof Target & string,
  kind: keyof StandInCounts,
): void {
  const original = prototype[method];
  if (typeof original !== 'function')
    throw new Error(`equivalence: ${method} must be a method, received ${original}. Name the method of today.`);
  prototype[method] = function (this: Target, ...args: unknown[]) {
    const result = original.apply(this, args);
    if (result !== undefined) counts[kind]++;
    return result;
  } as typeof original;
}

count(FusedModel.prototype, 'train', 'training');
count(FusedModel.prototype, 'evaluate', 'evaluation');
count(FusedModel.prototype, 'predict', 'prediction');
count(ReplayedStep.prototype, 'replay', 'replay');
