import type * as tf from '@tensorflow/tfjs';
import {gradientGrowth} from '../algorithms/growers/gradientGrowth.ts';
import {randomGrowth} from '../algorithms/growers/randomGrowth.ts';
import {magnitudePruning} from '../algorithms/pruners/magnitudePruning.ts';
import {checkLayerDensity, eachLayer} from '../algorithms/redistribution/eachLayer.ts';
import {cosineDecay} from '../algorithms/schedules/cosineDecay.ts';
import type {Grower, Pruner, Schedule} from '../algorithms/types.ts';
import {describeValue} from '../topology/describeValue.ts';
import type {DSTOptions, ScheduleOptions} from './dstOptions.ts';
import {DSTScheduler} from './dstScheduler.ts';

/** Options of a preset: its strategies may be replaced one by one. */
export interface PresetOptions extends ScheduleOptions, Pick<DSTOptions, 'grownValues'> {
  /** @defaultValue `magnitudePruning()` */
  readonly pruner?: Pruner;
}

/** Throws if an option is given that a preset chooses itself. */
function checkChosen(preset: string, options: object | null | undefined, ...names: readonly string[]): void {
  for (const [name, value] of Object.entries(options ?? {})) {
    if (value === undefined || !names.includes(name)) continue;
    throw new TypeError(
      `${preset}: ${name} must be left out, received ${describeValue(value)}. To choose it, use DSTScheduler.`,
    );
  }
}

/**
 * Sparse evolutionary training: drop the smallest weights, grow at random.
 *
 * Drops by magnitude, as SET-ITOP does; for the rule of SET's authors, which ranks positive and negative weights apart, pass
 * `pruner: setPruning()`.
 *
 * @see Mocanu et al. 2018, "Scalable training of artificial neural networks with adaptive sparse connectivity", Methods
 */
export class SETScheduler extends DSTScheduler {
  /** @param options  `grower` defaults to `randomGrowth()` */
  constructor(
    model: tf.LayersModel,
    options: PresetOptions & Pick<DSTOptions, 'targetRate'> & {readonly grower?: Grower},
  ) {
    const {pruner = magnitudePruning(), grower = randomGrowth()} = options ?? {};
    super(model, {...options, pruner, grower});
  }
}

/**
 * Rigging the lottery: drop the smallest weights, grow where the gradient is largest.
 *
 * @see Evci et al. 2020, "Rigging the Lottery: Making All Tickets Winners", §3
 */
export class RigLScheduler extends DSTScheduler {
  constructor(model: tf.LayersModel, options: PresetOptions) {
    checkChosen('RigLScheduler', options, 'grower');
    const {pruner = magnitudePruning()} = options ?? {};
    super(model, {...options, pruner, grower: gradientGrowth()});
  }
}

/** Static sparse training: the connections of the start stay, R_s is the density. The control of every experiment. */
export class StaticScheduler extends DSTScheduler {
  constructor(model: tf.LayersModel, options: Pick<ScheduleOptions, 'optimizer' | 'resume'> = {}) {
    super(model, {
      ...options,
      updateInterval: Number.POSITIVE_INFINITY,
      dropFraction: 0,
      pruner: magnitudePruning(),
      grower: randomGrowth(),
    });
  }
}

/** Options of {@link GMPScheduler}. */
export interface GMPOptions extends Omit<ScheduleOptions, 'dropFraction' | 'density' | 'redistribution'> {
  /** Density of every layer, in (0, 1], as a number or by step, for instance `cubicDensity(1, 0.1, {endStep: 10000})`. */
  readonly density: number | Schedule;
  /** @defaultValue `magnitudePruning()` */
  readonly pruner?: Pruner;
}

/**
 * Gradual magnitude pruning: from dense to sparse while training; nothing grows.
 *
 * Start from a trained or fresh model with all connections, `sparsify(model, {density: 1})`.
 *
 * @see Zhu & Gupta 2017, "To prune, or not to prune", §3, https://arxiv.org/abs/1710.01878
 */
export class GMPScheduler extends DSTScheduler {
  constructor(model: tf.LayersModel, options: GMPOptions) {
    checkChosen('GMPScheduler', options, 'dropFraction', 'grower', 'redistribution');
    const {pruner = magnitudePruning(), density} = options ?? {};
    checkLayerDensity('GMPScheduler', density);
    const redistribution = eachLayer(density);
    super(model, {...options, pruner, density: 'free', redistribution, dropFraction: 0, grower: randomGrowth()});
  }
}

/** The schedule of {@link setItop} and {@link rigLItop}. */
export interface ItopSchedule {
  /** Optimizer steps between two updates. */
  readonly updateInterval: number;
  /** Share of the connections that an update replaces, by step. */
  readonly dropFraction: Schedule;
}

/**
 * The settings of the paper for SET-ITOP on MLPs: ΔT = 1500 steps, P = 0.5 falling along a cosine over the whole training.
 *
 * The paper takes ΔT = 2000 for VGG-16 and 1000 for ResNet-34. Over 200 epochs of CIFAR-10 in batches of 128, ΔT = 1500 makes
 * 52 updates; smaller batches or longer training make more and raise R_s. On a short training lower ΔT, but keep it long enough
 * for a new connection to grow (the quickstart takes 300 steps for MNIST).
 *
 * @param totalSteps  optimizer steps of the whole training
 * @example
 * new SETScheduler(model, {...setItop(epochs * stepsPerEpoch), seed: 1});
 * @see Liu et al. 2021, "Do We Actually Need Dense Over-Parameterization?", §3.2.2
 */
export function setItop(totalSteps: number): ItopSchedule {
  return {updateInterval: 1500, dropFraction: cosineDecay(0.5, totalSteps)};
}

/**
 * The settings of the paper for RigL-ITOP: ΔT = 4000 steps, P = 0.5 falling along a cosine over the whole training.
 *
 * Weights with a large gradient soon become large, and so does the magnitude that a new connection has to exceed to be kept:
 * hence the longer interval. The paper takes it for MLPs, and for ResNet-50 on ImageNet with batches of 64.
 *
 * @param totalSteps  optimizer steps of the whole training
 * @see Liu et al. 2021, "Do We Actually Need Dense Over-Parameterization?", §4.1 and §4.4
 */
export function rigLItop(totalSteps: number): ItopSchedule {
  return {updateInterval: 4000, dropFraction: cosineDecay(0.5, totalSteps)};
}
