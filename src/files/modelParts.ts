import * as tf from '@tensorflow/tfjs';
import {type Container, float32Of, int32Of, type Part, partOf} from '../io/container.ts';
import {decodePlaces, encodePlaces} from '../io/places.ts';
import {ensureBuilt} from '../layers/rebuildModel.ts';
import {type NamedSparseWeight, sparseWeights} from '../layers/sparseWeights.ts';
import {walkLayers} from '../layers/walkLayers.ts';
import {checkFinite} from '../topology/checkFinite.ts';
import {describeValue} from '../topology/describeValue.ts';
import {matchSlots} from '../topology/matchSlots.ts';
import {sizeOf} from '../topology/positions.ts';
import {type RandomState, seededRandom} from '../topology/random.ts';
import {Topology} from '../topology/topology.ts';
import type {CompanionWeight} from '../weights/companionWeight.ts';
import type {PreparedRestore} from '../weights/optimizerState.ts';
import {assignWeight, isCompanion, isTopology} from '../weights/tfjsInternals.ts';
import {stageOtherSlots} from '../weights/trainers.ts';
import {firstDifference} from './firstDifference.ts';

type Fail = (rule: string, received: string, advice: string) => never;
const SAME_MODEL = 'Make the model as it was made when it was saved.';
const DAMAGED = 'It was damaged: load it again, or use an earlier one.';

/** What a file says of a model; the numbers are in its parts. */
export interface SavedModel {
  /** The model's config, without what depends on chance: what must be the same where it is loaded. */
  readonly config: unknown;
  /** Names of the weights in the order of the parts `weights/0`, `weights/1`, …; topologies are not among them. */
  readonly weights: readonly string[];
  /** The sparse layers, whose topologies are the parts `places/0`, `places/1`, … */
  readonly sparse: readonly SavedLayer[];
}

/** What a file says of a sparse layer. */
export interface SavedLayer {
  readonly name: string;
  readonly shape: readonly number[];
  readonly nnz: number;
  /** Of the source from which its reparameterization draws. @defaultValue none: it stays as it is */
  readonly random?: RandomState;
}

/** The weights of a model that are no topologies, and the sparse ones. */
export interface ModelWeights {
  readonly weights: readonly tf.LayerVariable[];
  readonly sparse: readonly NamedSparseWeight[];
}

/** Of the order of weights in a file. In 1 it is that of tfjs, what is trained first; in 2 they come layer by layer. */
export type FileVersion = '1' | '2';

/** The weights of a model, in an order that stays the same when layers or nested models are frozen, or in that of an earlier file. */
export function weightsOf(where: string, model: tf.LayersModel, version: FileVersion = '2'): ModelWeights {
  ensureBuilt(where, model);
  const byLayer = walkLayers(model).flatMap(({layer, isLeaf}) => (isLeaf ? layer.weights : []));
  // A layer of the user's may have weights beside those of the layers in it.
  const ordered = version === '1' ? model.weights : [...new Set([...byLayer, ...model.weights])];
  return {weights: ordered.filter((weight) => !isTopology(weight)), sparse: sparseWeights(model)};
}

/** Reads a model as it is at the moment of the call: what is said of it, and its parts. @throws RangeError if a weight is not finite */
export async function readModel(
  where: string,
  model: tf.LayersModel,
): Promise<{readonly saved: SavedModel; readonly parts: ReadonlyMap<string, Part>}> {
  const {weights, sparse} = weightsOf(where, model);
  const tensors = weights.map((weight) => weight.read());
  const reads = tensors.map((tensor) => tensor.data<'float32'>());
  const places = sparse.map(({weight}) => encodePlaces(weight.topology.positions(), weight.topology.size));
  const saved = {
    config: comparableConfig(model),
    weights: weights.map(({originalName}) => originalName),
    sparse: sparse.map(({name, weight: {topology, random}}) => ({
      name,
      shape: topology.shape,
      nnz: topology.nnz,
      ...(random && {random: random.state()}),
    })),
  };
  const parts = new Map<string, Part>();
  for (const [i, numbers] of (await Promise.all(reads)).entries()) {
    checkFinite(where, `weights "${weights[i].originalName}"`, numbers);
    parts.set(`weights/${i}`, partOf(numbers, tensors[i].shape));
  }
  for (const [i, {bytes, encoding}] of places.entries()) {
    parts.set(`places/${i}/${encoding}`, partOf(bytes, [bytes.length]));
  }
  return {saved, parts};
}

/** A model's weights as a file has them, checked and not yet given to it. */
export interface PreparedModel extends PreparedRestore {
  readonly topologies: readonly Topology[];
  /** Of the weights in the file. */
  readonly shapes: readonly (readonly number[])[];
}

/**
 * Checks that the weights in a file are those of a model, and prepares them.
 *
 * @param weights  of the model, in the order of the file
 * @throws Error if they are of another model, or damaged
 */
export function prepareModel(
  where: string,
  model: tf.LayersModel,
  {weights, sparse}: ModelWeights,
  saved: SavedModel,
  {parts}: Container,
): PreparedModel {
  const fail: Fail = (rule, received, advice) => {
    throw new Error(`${where}: model must ${rule}, received ${received}. ${advice}`);
  };
  const difference = firstDifference(saved.config, comparableConfig(model));
  if (difference) {
    const {path, saved: before, own} = difference;
    fail(
      `have ${describePath(saved.config, path)} ${describeValue(before)} as in the file`,
      describeValue(own),
      SAME_MODEL,
    );
  }
  const [before, own] = [saved.weights.join(', '), weights.map(({originalName}) => originalName).join(', ')];
  if (before !== own) fail(`have the weights ${before} as in the file`, own, SAME_MODEL);
  const topologies = sparse.map(({name, weight}, i) =>
    topologyOf(name, weight.topology.shape, saved.sparse[i], i, parts, fail),
  );
  const nnzBefore = new Map(
    sparse.flatMap(({layer, weight}, i) =>
      layer.weights.map((each) => [each, [weight.topology.nnz, topologies[i].nnz]] as const),
    ),
  );
  const shapes = weights.map((weight, i) => {
    const part = parts.get(`weights/${i}`);
    const [now, next] = nnzBefore.get(weight) ?? [];
    const {shape} = weight.read();
    const isByConnection = now !== undefined && String(shape) === String([now]);
    const isFitting = (shape: readonly number[]) => String(part?.shape) === String(shape);
    const dtype = weight.read().dtype === 'int32' ? 'I32' : 'F32';
    if (part?.dtype === 'F32') checkFinite(where, `weights "${weight.originalName}"`, float32Of(part));
    if (part?.dtype === dtype && (isFitting(shape) || (isByConnection && isFitting([next!])))) return part.shape;
    return fail(
      `have the weights "${weight.originalName}" of the shape [${part?.shape ?? 'none'}] as in the file`,
      `[${shape}]`,
      SAME_MODEL,
    );
  });
  return {
    topologies,
    shapes,
    stage() {
      const tensors = shapes.map((shape, i) => {
        const part = parts.get(`weights/${i}`)!;
        return part.dtype === 'I32'
          ? tf.tensor(int32Of(part), [...shape], 'int32')
          : tf.tensor(float32Of(part), [...shape], 'float32');
      });
      // Those of the checkpoint's optimizer are restored afterwards.
      const putSlots = sparse.map(({weight}, i) => stageOtherSlots(weight, matchSlots(weight.topology, topologies[i])));
      return () => {
        for (const put of putSlots) put();
        weights.forEach((weight, i) => {
          if (isCompanion(weight)) {
            (weight as unknown as CompanionWeight).numbers = float32Of(parts.get(`weights/${i}`)!);
          } else assignWeight(weight, tensors[i]);
        });
        sparse.forEach(({weight}, i) => {
          weight.topology = topologies[i];
          const {random} = saved.sparse[i];
          if (random) weight.random = seededRandom(random);
        });
      };
    },
  };
}

function topologyOf(
  name: string,
  shape: readonly number[],
  saved: SavedLayer | undefined,
  i: number,
  parts: Container['parts'],
  fail: Fail,
): Topology {
  if (saved?.name !== name || String(saved.shape) !== String(shape)) {
    const received = saved ? `"${saved.name}" [${saved.shape}]` : 'none';
    return fail(`have the sparse layer ${received} as in the file`, `"${name}" [${shape}]`, SAME_MODEL);
  }
  return (
    decodeTopology(shape, saved.nnz, i, parts) ?? fail(`have ${saved.nnz} connections in "${name}"`, 'others', DAMAGED)
  );
}

/** The topology of the i-th sparse layer; undefined if there is none of this shape and number of connections. */
export function decodeTopology(
  shape: readonly number[],
  nnz: number,
  i: number,
  parts: Container['parts'],
): Topology | undefined {
  for (const encoding of ['gaps', 'bits'] as const) {
    const part = parts.get(`places/${i}/${encoding}`);
    const positions = part?.dtype === 'U8' ? decodePlaces(encoding, part.bytes, sizeOf(shape), nnz) : undefined;
    if (positions) return Topology.fromPositions(shape, positions);
  }
  return undefined;
}

/** Numbers of connections follow the training, seeds and initial values are used up. */
const CHANGING = /^(nnz|density|seed|\w+Initializer)$/;

/** What a config says of a model that must be the same where a file of it is loaded. */
export function comparableConfig(model: tf.LayersModel): unknown {
  const config = JSON.parse(
    JSON.stringify({...(model.getConfig() as object), name: undefined}, (key, value) =>
      CHANGING.test(key) ? undefined : value,
    ),
  );
  return {className: model.getClassName(), ...config};
}

/** 'activation of the layer "hidden"' for a path into a config. */
function describePath(config: unknown, path: readonly string[]): string {
  let value: unknown = config;
  let layer = '';
  for (const key of path) {
    value = (value as Record<string, unknown> | null | undefined)?.[key];
    const {name} = ((value as {config?: {name?: unknown}} | null)?.config ?? {}) as {name?: unknown};
    if (typeof name === 'string') layer = ` of the layer "${name}"`;
  }
  return `${path.at(-1) ?? 'config'}${layer}`;
}
