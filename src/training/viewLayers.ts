import {checkDensity} from '../algorithms/checkDensity.ts';
import {toSchedule} from '../algorithms/schedules/toSchedule.ts';
import type {DenseGradient} from '../algorithms/types.ts';
import type {UpdateRules} from '../algorithms/update/layerState.ts';
import type {NamedSparseWeight} from '../layers/sparseWeights.ts';
import type {Positions} from '../topology/positions.ts';
import type {DSTOptions} from './dstOptions.ts';
import type {ViewedLayer} from './planUpdates.ts';
import type {Progress} from './progress.ts';
import {numbersOf} from './strategyCompanions.ts';

/**
 * What the strategies of an update see. What a device has to send is asked for all at once, so that layers do not wait for each other.
 *
 * @param weights  those that are trained
 * @param last     the last sparse weight of the model
 */
export async function viewLayers(
  weights: readonly NamedSparseWeight[],
  last: NamedSparseWeight,
  {steps: step, random, signal, explored, unused}: Progress,
  {pruner, redistribution, perturb}: DSTOptions,
): Promise<ViewedLayer[]> {
  const values = await Promise.all(weights.map(({weight}) => weight.variable.data<'float32'>()));
  const readsActive = pruner.needsGradient || redistribution?.needsGradient;
  const gradientAt = ({name, weight}: NamedSparseWeight) =>
    signal ? signal.active(name, weight.topology) : weight.probe.readActive();
  return Promise.all(
    weights.map(async (entry, i) => {
      const {name, weight} = entry;
      const {topology} = weight;
      return {
        name,
        topology,
        values: perturb?.({name, step, topology, values: values[i], random}) ?? values[i],
        companions: numbersOf(weight),
        gradientAtActive: readsActive ? await gradientAt(entry) : undefined,
        explored: explored.explored(name),
        unused: unused.of(name, topology),
        isLast: entry === last,
        readGradient: async (): Promise<DenseGradient> => signal?.all(name, topology.size) ?? weight.probe.read(),
        ...(!signal && {readLargest: (taken: Positions, k: number) => weight.probe.readLargest(taken, k)}),
      };
    }),
  );
}

/** The rules of an update that replaces this share of the connections. */
export function updateRules(
  fraction: number,
  weights: readonly NamedSparseWeight[],
  {steps: step, random}: Progress,
  options: DSTOptions,
): UpdateRules {
  const {pruner, grower, redistribution, structure, regrown} = options;
  const total = totalOf(weights, options, step);
  return {step, fraction, pruner, grower, total, redistribution, structure, regrown, random};
}

function totalOf(weights: readonly NamedSparseWeight[], {density}: DSTOptions, step: number) {
  if (density === undefined || density === 'free') return density;
  const now = toSchedule(density)(step);
  checkDensity('DSTScheduler', 'density', now);
  return Math.max(Math.round(now * sizeOf(weights)), weights.length);
}

/** Connections of weights, active or not. */
export function sizeOf(weights: readonly NamedSparseWeight[]): number {
  return weights.reduce((sum, {weight}) => sum + weight.topology.size, 0);
}
