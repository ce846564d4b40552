import type {ActionKind} from './action.ts';
import * as changes from './changes.ts';
import * as oddities from './oddities.ts';
import * as steps from './steps.ts';

/** All kinds of actions with their shares, the simplest first. */
export const actionKinds: Readonly<Record<string, readonly [share: number, kind: ActionKind]>> = {
  trainOnBatch: [10, steps.trainOnBatch],
  predict: [5, steps.predict],
  evaluate: [4, steps.evaluation],
  fit: [7, steps.fit],
  alternate: [2, steps.alternate],
  fitDataset: [1, steps.fitDataset],
  predictOnBatch: [1, steps.predictOnBatch],
  minimize: [1, steps.minimize],
  freeze: [2, changes.freeze],
  copyWeights: [1, changes.copyWeights],
  learningRate: [1, changes.learningRate],
  optimizerWeights: [1, changes.optimizerWeights],
  setField: [2, changes.setField],
  assign: [1, changes.assign],
  scheduler: [2, steps.scheduler],
  scheduledFit: [1, steps.scheduledFit],
  compile: [2, changes.compile],
  reload: [1, changes.reload],
  rebuild: [1, changes.rebuild],
  dense: [1, changes.dense],
  release: [1, changes.release],
  switchOff: [1, changes.switchOff],
  threads: [1, changes.threads],
  kept: [2, oddities.kept],
  during: [1, oddities.during],
  inTidy: [1, oddities.inTidy],
  failing: [1, oddities.failing],
  elsewhere: [1, oddities.elsewhere],
  evaluateDataset: [1, oddities.evaluateDataset],
};
