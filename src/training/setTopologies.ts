import * as tf from '@tensorflow/tfjs';
import {type NamedSparseWeight, sparseWeights} from '../layers/sparseWeights.ts';
import {checkKind, checkModel, checkOptions} from '../topology/checkKind.ts';
import {matchSlots} from '../topology/matchSlots.ts';
import type {Topology} from '../topology/topology.ts';
import {commitAll, prepareCarry, watchValues} from '../weights/carry.ts';
import {checkOwnSlots} from '../weights/optimizerSlots.ts';
import {optimizerOf, schedulerOf} from './schedulerOf.ts';

/** Options of {@link setTopologies}. */
export interface SetTopologiesOptions {
  /** The optimizer whose state follows its connections. @defaultValue that of the scheduler, or the model's; none where there is neither */
  readonly optimizer?: tf.Optimizer;
  /**
   * `[nnz]` by layer name: values of all connections of the new topology, by slot, for instance those of the start; the optimizer's
   * state of that layer begins anew. @defaultValue connections keep their values, and new ones begin at 0
   */
  readonly values?: Readonly<Record<string, Float32Array>>;
}

/**
 * Gives a live model other topologies, with as many connections as you like, and carries values and optimizer state along: what pruning
 * in rounds, rewinding and merging of models are loops around. All layers change, or none.
 *
 * The tracker of the model's scheduler counts the new topologies as explored, and the change as an update of all its layers, of those too
 * that are not named; connections whose values are given begin anew there.
 *
 * @param topologies  by layer name; layers that are not named stay as they are
 * @throws RangeError if a layer is unknown, or a shape or a number of values does not fit
 * @throws Error if the optimizer keeps state that cannot be carried, or a step was made before the call has resolved
 *
 * @example
 * const [{name, weight}] = sparseWeights(model);
 * await setTopologies(model, {[name]: Topology.random(weight.topology.shape, 100, seededRandom(1))});
 */
export async function setTopologies(
  model: tf.LayersModel,
  topologies: Readonly<Record<string, Topology>>,
  options: SetTopologiesOptions = {},
): Promise<void> {
  checkModel('setTopologies', model);
  checkKind('setTopologies', 'topologies', 'an object', topologies, 'Name the layers, as {dense1: topology}.');
  checkOptions<SetTopologiesOptions>('setTopologies', options, {optimizer: 1, values: 1});
  const {optimizer, values = {}} = options;
  const weights = sparseWeights(model);
  for (const name of Object.keys({...topologies, ...values})) checkLayer(name, weights, topologies[name], values[name]);
  const changes = new Map(
    weights
      .filter(({name}) => topologies[name] !== undefined)
      .map(({name, weight}) => {
        const next = topologies[name];
        const source = values[name] ? new Int32Array(next.nnz).fill(-1) : matchSlots(weight.topology, next);
        const fresh = values[name] ?? new Float32Array(source.filter((slot) => slot < 0).length);
        return [weight, {next, source, fresh}];
      }),
  );
  if (!optimizer) checkOwnSlots(model);
  const checkUnchanged = watchValues('setTopologies', [...changes.keys()]);
  const prepared = await Promise.all(
    [...changes].map(([weight, {fresh, ...change}]) =>
      prepareCarry(weight, change, optimizer ?? optimizerOf(weight) ?? model.optimizer, fresh),
    ),
  );
  checkUnchanged();
  commitAll(prepared, () => {
    for (const scheduler of new Set([...changes.keys()].map(schedulerOf))) {
      const tracked = scheduler?.weights.map(({weight}) => changes.get(weight)?.next ?? weight.topology);
      const sources = scheduler?.weights.map(({weight}) => changes.get(weight)?.source);
      if (tracked) scheduler?.tracker.record(scheduler.stepCount, tracked, sources);
    }
  });
}

function checkLayer(
  name: string,
  weights: readonly NamedSparseWeight[],
  topology: Topology | undefined,
  values: Float32Array | undefined,
): void {
  const shape = weights.find((entry) => entry.name === name)?.weight.topology.shape;
  if (!shape || !topology || !tf.util.arraysEqual([...topology.shape], [...shape])) {
    throw new RangeError(
      `setTopologies: topologies must match the sparse layers, received [${topology?.shape ?? 'none'}] for '${name}', ` +
        `${shape ? `whose kernel is [${shape}]` : `which is none of ${weights.map((entry) => entry.name).join(', ')}`}. ` +
        'Name the layers as summary(model) does.',
    );
  }
  if (values && !(values.length === topology.nnz && values.every(Number.isFinite))) {
    throw new RangeError(
      `setTopologies: values of '${name}' must be ${topology.nnz} finite numbers, one for each connection, received ` +
        `${values.length}. Give them by slot, in the order of topology.positions().`,
    );
  }
}
