import {Code, sourceOf} from '../code.ts';
import type {Dice} from '../dice.ts';

const PRUNERS = ['itop.magnitudePruning()', 'itop.randomPruning()', 'itop.setPruning()'];

const watched = (pruner: string) => new Code(`own.watchedPruner(${pruner}, run)`);

/** A scheduler of a model that tells the recorder of choices between close scores. */
export function schedulerSource(model: string, dice: Dice): string {
  const kind = dice.of(['SET', 'SET', 'RigL', 'GMP', 'Static']);
  if (kind === 'Static') return `new itop.StaticScheduler(${model})`;
  const updateInterval = dice.int(1, 3);
  const pruner = watched(dice.of(PRUNERS));
  if (kind === 'GMP') {
    const density = new Code(`itop.cubicDensity(1, ${dice.of([0.5, 0.2])}, {endStep: 6})`);
    return `new itop.GMPScheduler(${model}, ${sourceOf({updateInterval, density, pruner, seed: dice.int(1, 9)})})`;
  }
  const options = {updateInterval, dropFraction: dice.of([0.3, 0.5, 0.1]), seed: dice.int(1, 9), pruner};
  if (kind === 'SET') return `new itop.SETScheduler(${model}, ${sourceOf(options)})`;
  const grower = new Code('own.watchedGrower(itop.gradientGrowth(), run)');
  return `new itop.DSTScheduler(${model}, ${sourceOf({...options, grower})})`;
}
