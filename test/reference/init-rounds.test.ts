import * as tf from '@tensorflow/tfjs';
import {beforeAll, describe, expect, it} from 'vitest';
import {magnitude} from '../../src/algorithms/criteria.ts';
import type {Criterion} from '../../src/algorithms/types.ts';
import {force, grasp, type InitialCriterion, snip, synflow} from '../../src/layers/initialCriteria.ts';
import {initialTopologies} from '../../src/sparse/initialTopologies.ts';
import {variableOf} from '../../src/weights/tfjsInternals.ts';
import {describeReference, fromTorch, readReference} from '../support/reference.ts';
import {
  logitsLoss,
  type ReferenceOp,
  referenceBatch,
  referenceModel,
  referenceTargets,
} from '../support/referenceModel.ts';

interface Batch {
  x: number[];
  x_shape: number[];
  y: number[];
}
interface Run {
  density: number;
  rounds: number;
  schedule: string;
  scope: 'global' | 'local' | 'erk';
  remaining_per_round: number[];
  remaining_per_layer: number[];
  tie_at_cut_rounds: number[];
  smallest_margin: number | null;
  masks: number[][];
  official_error?: string;
}
interface Case {
  name: string;
  input_shape: number[];
  batchnorm_mode: 'eval' | 'train';
  model: ReferenceOp[];
  batches?: Batch[];
  prunable: string[];
  total: number;
  score_round_1: number[][];
  runs: Run[];
}

const shapesOf = ({model, prunable}: {model: ReferenceOp[]; prunable: string[]}) =>
  prunable.map((name) => model.find((op) => op.name === name)!.weight_shape!);

/** All batches as one: their mean gradient is the sum of theirs, divided. */
function dataOf(batches: readonly Batch[]) {
  const [{x_shape}] = batches;
  const rows = batches.reduce((sum, {y}) => sum + y.length, 0);
  return {
    x: referenceBatch(
      batches.flatMap(({x}) => x),
      [rows, ...x_shape.slice(1)],
    ),
    y: referenceTargets(batches.flatMap(({y}) => y)),
    loss: logitsLoss,
  };
}

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** The scores of all kernels, scaled so that their largest magnitude is 1, in the layout of TensorFlow.js. */
async function scaledScores(model: tf.LayersModel, prunable: readonly string[], criterion: InitialCriterion) {
  const kernels = prunable.map((name) => {
    const variable = variableOf(model.getLayer(name).weights[0]);
    return {variable, weights: variable.dataSync<'float32'>().slice()};
  });
  return scaled(await criterion.scores(model, kernels));
}
function scaled(scores: readonly ArrayLike<number>[]): number[][] {
  const largest = Math.max(...scores.map((each) => Math.max(...Array.from(each, Math.abs))));
  return scores.map((each) => Array.from(each, (score) => score / largest));
}
function expectClose(ours: readonly number[][], theirs: readonly number[][], tolerance = 1e-4): void {
  ours.forEach((scores, layer) => {
    scores.forEach((score, i) => {
      expect(Math.abs(score - theirs[layer][i])).toBeLessThan(tolerance);
    });
  });
}

const families: {file: string; title: string; criterion: (each: Case) => InitialCriterion | Criterion}[] = [
  {file: 'init-synflow', title: 'SynFlow against its authors', criterion: () => synflow()},
  {
    file: 'init-snip-scopes',
    title: 'SNIP against the code of Synaptic-Flow',
    criterion: ({batches, batchnorm_mode}) => force({...dataOf(batches!), training: batchnorm_mode === 'train'}),
  },
  {file: 'init-magnitude', title: 'magnitude against the code of Synaptic-Flow', criterion: () => magnitude()},
];

for (const {file, title, criterion} of families) {
  describeReference(title, () => {
    // Where all weights are of one size theirs takes any of them, and fails if layers vanish.
    const cases = readReference<Case[]>(file).filter(({name}) => name !== 'ties-and-zeros');
    describe.each(cases)('$name', (each) => {
      // Normalization in training mode is of one batch.
      const isOneBatch = each.batchnorm_mode === 'eval' || each.batches?.length === 1;

      it.runIf(isOneBatch && file !== 'init-magnitude')('the same scores', async () => {
        const model = referenceModel(each.input_shape, each.model);
        const ours = await scaledScores(model, each.prunable, criterion(each) as InitialCriterion);
        expectClose(ours, scaled(each.score_round_1.map((scores, i) => fromTorch(shapesOf(each)[i], scores))));
      });

      const runs = (each.runs ?? []).filter(({official_error, scope}) => !official_error && scope === 'global');
      it.each(
        isOneBatch ? runs : [],
      )('density $density in $rounds rounds, $schedule: the same connections', async (run) => {
        const model = referenceModel(each.input_shape, each.model);
        const before = model.getWeights().map((weight) => weight.dataSync().slice());
        const share = (round: number) => run.remaining_per_round[round - 1] / each.total;
        const topologies = await initialTopologies(model, {
          density: share(run.rounds),
          criterion: criterion(each),
          rounds: run.rounds,
          schedule: share,
        });
        expect(model.getWeights().map((weight) => weight.dataSync())).toEqual(before);
        const nnz = each.prunable.map((name) => topologies[name].nnz);
        expect(nnz.reduce((a, b) => a + b)).toBe(run.remaining_per_round.at(-1));
        // Between equal scores theirs leaves the choice to the sort, and rounding decides.
        if (run.tie_at_cut_rounds.length > 0 || (run.smallest_margin ?? 1) < 1e-5) return;
        each.prunable.forEach((name, i) => {
          expect([...topologies[name].mask()]).toEqual(fromTorch(shapesOf(each)[i], run.masks[i]));
        });
      });
    });
  });
}

describeReference('magnitude within layers whose sizes ERK gives, against the formula', () => {
  interface ErkCase extends Omit<Case, 'runs'> {
    erk_magnitude?: {density: number; num_keep: number[]; masks: number[][]}[];
  }
  const cases = readReference<ErkCase[]>('init-magnitude').filter(({erk_magnitude}) => erk_magnitude);
  describe.each(cases)('$name', (each) => {
    it.each(
      each.erk_magnitude!,
    )('density $density: as many to one connection, and the same where as many', async (run) => {
      const model = referenceModel(each.input_shape, each.model);
      const topologies = await initialTopologies(model, {density: run.density, criterion: magnitude(), scope: 'layer'});
      each.prunable.forEach((name, i) => {
        expect(Math.abs(topologies[name].nnz - run.num_keep[i])).toBeLessThanOrEqual(1);
        if (topologies[name].nnz !== run.num_keep[i]) return;
        expect([...topologies[name].mask()]).toEqual(fromTorch(shapesOf(each)[i], run.masks[i]));
      });
    });
  });
});

describeReference('FORCE and iterative SNIP against their authors', () => {
  interface ForceRun {
    pruning_factor: number;
    method: 'force' | 'iter-snip' | 'grasp-it';
    num_steps: number;
    mode: string;
    num_kept: number[];
    tie_at_cut_steps: number[];
    num_regrown: number[];
    masks: number[][];
    official_error?: string;
  }
  const cases = readReference<(Omit<Case, 'runs'> & {runs: ForceRun[]})[]>('init-force');
  describe.each(cases)('$name', (each) => {
    const runs = each.runs.filter(
      ({method, official_error, tie_at_cut_steps}) =>
        method !== 'grasp-it' && !official_error && tie_at_cut_steps.length === 0,
    );
    it.each(runs)('$method to $pruning_factor in $num_steps steps, $mode: the same connections', async (run) => {
      const model = referenceModel(each.input_shape, each.model);
      // The first batch every time: the authors' loader begins anew.
      const data = {...dataOf([each.batches![0]]), training: true};
      const share = (round: number) => run.num_kept[round - 1] / each.total;
      const topologies = await initialTopologies(model, {
        density: share(run.num_steps),
        criterion: run.method === 'force' ? force(data) : snip(data),
        rounds: run.num_steps,
        schedule: share,
      });
      each.prunable.forEach((name, i) => {
        expect([...topologies[name].mask()]).toEqual(fromTorch(shapesOf(each)[i], run.masks[i]));
      });
    });

    it('connections return with FORCE', () => {
      const force = each.runs.filter(({method, num_steps}) => method === 'force' && num_steps > 1);
      expect(force.some(({num_regrown}) => num_regrown.some((count) => count > 0))).toBe(true);
    });
  });
});

describeReference('GraSP against its authors', () => {
  interface GraspCase extends Omit<Case, 'runs' | 'batches'>, Batch {
    temperature: number;
    score: number[][];
    runs: {
      ratio: number;
      num_removed: number;
      smallest_margin: number | null;
      masks: number[][];
      official_error?: string;
    }[];
  }
  const cases = readReference<GraspCase[]>('init-grasp');
  // In training mode theirs normalizes each half of the examples by itself.
  const comparable = cases.filter(
    ({batchnorm_mode, model}) => batchnorm_mode === 'eval' || model.every(({op}) => op !== 'batchnorm2d'),
  );

  describe.each(comparable)('$name', (each) => {
    const data = () => ({
      x: referenceBatch(each.x, each.x_shape),
      y: referenceTargets(each.y),
      training: false,
      /** The sum of the means of both halves. */
      loss: (y: tf.Tensor, logits: tf.Tensor) => {
        const half = Math.floor(each.y.length / 2);
        const mean = (begin: number, count: number) =>
          tf.losses.softmaxCrossEntropy(y.slice(begin, count), logits.slice(begin, count).div(each.temperature));
        return mean(0, half).add(mean(half, each.y.length - half));
      },
    });
    const size = each.score.reduce((sum, {length}) => sum + length, 0);

    it('the same scores, with the opposite sign: theirs are of what is to go', async () => {
      const model = referenceModel(each.input_shape, each.model);
      const ours = await scaledScores(model, each.prunable, grasp(data()));
      expectClose(
        ours,
        scaled(each.score.map((scores, i) => fromTorch(shapesOf(each)[i], scores).map((score) => -score))),
        0.005,
      );
    });

    it.each(
      each.runs.filter(({official_error}) => !official_error),
    )('ratio $ratio: the same connections', async (run) => {
      const model = referenceModel(each.input_shape, each.model);
      const density = (size - run.num_removed) / size;
      const topologies = await initialTopologies(model, {density, criterion: grasp(data())});
      each.prunable.forEach((name, i) => {
        expect([...topologies[name].mask()]).toEqual(fromTorch(shapesOf(each)[i], run.masks[i]));
      });
    });
  });
});

describeReference('GraSP against the code of Synaptic-Flow, which turns the sign round as this library does', () => {
  const cases = readReference<Case[]>('init-grasp-synflow-repo');

  describe.each(cases)('$name', (each) => {
    const data = () => {
      const rows = each.batches!.map(({y}) => y.length);
      return {
        ...dataOf(each.batches!),
        training: false,
        /** The sum of the means of the batches. */
        loss: (y: tf.Tensor, logits: tf.Tensor) => {
          let begin = 0;
          const means = rows.map((count) => {
            const part = tf.losses.softmaxCrossEntropy(y.slice(begin, count), logits.slice(begin, count).div(200));
            begin += count;
            return part;
          });
          return tf.addN(means);
        },
      };
    };

    it('the same scores', async () => {
      const model = referenceModel(each.input_shape, each.model);
      const ours = await scaledScores(model, each.prunable, grasp(data()));
      expectClose(ours, scaled(each.score_round_1.map((scores, i) => fromTorch(shapesOf(each)[i], scores))), 0.005);
    });

    // In later rounds of theirs what was left out scores 0, in the middle of all, and may come back.
    const runs = each.runs.filter(({rounds, scope}) => rounds === 1 && scope === 'global');
    it.each(runs)('density $density: the same connections', async (run) => {
      const model = referenceModel(each.input_shape, each.model);
      const density = run.remaining_per_round[0] / each.total;
      const topologies = await initialTopologies(model, {density, criterion: grasp(data())});
      each.prunable.forEach((name, i) => {
        expect([...topologies[name].mask()]).toEqual(fromTorch(shapesOf(each)[i], run.masks[i]));
      });
    });
  });
});
