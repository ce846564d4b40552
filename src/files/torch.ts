import * as tf from '@tensorflow/tfjs';
import {decodeContainer, encodeContainer, float32Of, type Part, partOf} from '../io/container.ts';
import {ensureBuilt} from '../layers/rebuildModel.ts';
import type {SparseLayer} from '../layers/sparseLayer.ts';
import {sparseWeights} from '../layers/sparseWeights.ts';
import {checkFinite} from '../topology/checkFinite.ts';
import {checkModel, checkOptions} from '../topology/checkKind.ts';
import {sizeOf} from '../topology/positions.ts';
import {Topology} from '../topology/topology.ts';
import {setTopologies} from '../training/setTopologies.ts';
import {assignWeight} from '../weights/tfjsInternals.ts';
import {checkTarget, type FileSource, type FileTarget, type ReadOptions, readSource, writeTarget} from './store.ts';
import {type TorchWeight, torchPosition, torchShape, torchWeights} from './torchLayout.ts';

/**
 * Saves a model for PyTorch, as a plain file of safetensors: dense weights in PyTorch's layout under the names of a `state_dict`
 * (`hidden.weight`, `hidden.bias`), and for each sparse layer its mask (`hidden.mask`, booleans).
 *
 * Of a reparameterized layer the file has the values with which it predicts, as `toDense` has them: for instance, of `srSte` 0 for the
 * connections that it leaves out, which are in the mask all the same.
 *
 * @param target  as of `saveCheckpoint`
 * @param model   with dense layers, convolutions and batch normalisations, sparse or not, nested ones included
 * @throws Error if the model has a layer of another class with weights, or two whose weights have one name in PyTorch
 * @throws RangeError if a weight is not finite
 */
export async function saveTorch(target: FileTarget, model: tf.LayersModel): Promise<void> {
  const where = 'saveTorch';
  checkTarget(where, target);
  ensureBuilt(where, model);
  const entries = torchWeights(where, model);
  // All as it is now, also if it changes while numbers are read.
  const topologies = entries.map(({sparse}) => sparse?.sparseWeight.topology);
  const read = await Promise.all(entries.map(computedNumbers));
  const parts = new Map<string, Part>();
  for (const [i, {name, weight, kernelShape, sparse}] of entries.entries()) {
    const numbers = read[i];
    checkFinite(where, `weights "${name}"`, numbers);
    if (!kernelShape) {
      parts.set(name, partOf(numbers, weight.shape as number[]));
      continue;
    }
    const shape = torchShape(kernelShape);
    const dense = new Float32Array(sizeOf(shape));
    const mask = new Uint8Array(dense.length);
    const positions = topologies[i]?.positions() ?? numbers.keys();
    let slot = 0;
    for (const position of positions) {
      const at = torchPosition(kernelShape, position);
      dense[at] = numbers[slot++];
      mask[at] = 1;
    }
    parts.set(name, partOf(dense, shape));
    if (sparse) parts.set(maskOf(name), {dtype: 'BOOL', shape, bytes: mask});
  }
  await writeTarget(where, target, encodeContainer({metadata: {format: 'pt'}, parts}));
}

/**
 * Gives a model weights and masks that PyTorch has trained, all of them or none: a file of safetensors with the names and shapes that
 * {@link saveTorch} writes. The optimizer's state of sparse kernels begins anew; that of biases and all other weights goes on, unless you
 * compile the model again.
 *
 * @param source  as of `loadCheckpoint`
 * @throws Error if a tensor is missing, unknown, or has another shape; if a weight is not 0 where its mask is; if a reparameterized layer
 *   would predict with other values than those of the file
 * @throws RangeError if the file is larger than the limit, or a weight is not finite
 */
export async function loadTorch(source: FileSource, model: tf.LayersModel, options: ReadOptions = {}): Promise<void> {
  const where = 'loadTorch';
  checkModel(where, model);
  checkOptions<ReadOptions>(where, options, {maxBytes: 1});
  ensureBuilt(where, model);
  const {parts} = decodeContainer(await readSource(where, source, options), {where, acceptsUnchecked: true});
  const entries = torchWeights(where, model);
  checkNames(where, entries, parts);
  const names = new Map(sparseWeights(model).map(({name, layer}) => [layer, name]));
  const topologies: Record<string, Topology> = {};
  const values: Record<string, Float32Array> = {};
  const others: (() => void)[] = [];
  for (const entry of entries) {
    const numbers = numbersOf(where, entry, parts);
    const {weight, kernelShape, sparse} = entry;
    if (sparse) {
      const layer = names.get(sparse)!;
      topologies[layer] = topologyOf(where, entry, parts);
      values[layer] = Float32Array.from(
        topologies[layer].positions(),
        (at) => numbers[torchPosition(kernelShape!, at)],
      );
      await checkComputed(where, entry, sparse, topologies[layer], values[layer]);
      const active = values[layer].reduce((count, value) => count + Number(value !== 0), 0);
      if (numbers.reduce((count, value) => count + Number(value !== 0), 0) !== active) {
        fail(
          where,
          `have 0 in "${entry.name}" where "${maskOf(entry.name)}" has`,
          'other numbers',
          'Multiply the weight by its mask.',
        );
      }
    } else {
      const own = kernelShape ? numbers.map((_, at) => numbers[torchPosition(kernelShape, at)]) : numbers;
      others.push(() => tf.tidy(() => assignWeight(weight, tf.tensor(own, weight.shape as number[]))));
    }
  }
  await setTopologies(model, topologies, {values});
  for (const assign of others) assign();
}

/** The numbers of a weight; of a sparse kernel those that its layer predicts with. */
async function computedNumbers({weight, sparse}: TorchWeight): Promise<Float32Array> {
  return numbersIn(tf.tidy(() => (sparse ? sparse.sparseWeight.computed(false) : weight.read()).clone()));
}

/** The numbers of a tensor, which is disposed. */
async function numbersIn(tensor: tf.Tensor): Promise<Float32Array> {
  const numbers = await tensor.data<'float32'>();
  tensor.dispose();
  return numbers;
}

/** Throws if a layer would make others of the values that it is to predict with. */
async function checkComputed(
  where: string,
  {name}: TorchWeight,
  {sparseWeight: {reparameterization: by, random}}: SparseLayer,
  topology: Topology,
  values: Float32Array,
): Promise<void> {
  if (!by) return;
  by.check?.(topology);
  const context = {topology, weights: {}, training: false, random: random!};
  // What it has beside the values is not in the file.
  if (Object.keys(by.weights ?? {}).length === 0) {
    const computed = await numbersIn(tf.tidy(() => by.apply(tf.tensor1d(values), context)));
    if (values.every((value, slot) => value === computed[slot])) return;
  }
  fail(
    where,
    `have values in "${name}" of which ${by.name} makes the same`,
    'others',
    `Leave 0 what was 0 in the file of saveTorch, or load it into a model that is made without ${by.name}.`,
  );
}

function maskOf(name: string): string {
  return name.replace(/weight$/, 'mask');
}

function checkNames(where: string, entries: readonly TorchWeight[], parts: ReadonlyMap<string, Part>): void {
  const known = new Set(entries.flatMap(({name, sparse}) => (sparse ? [name, maskOf(name)] : [name])));
  // PyTorch counts the batches of a normalisation.
  const unknown = [...parts.keys()].find((name) => !known.has(name) && !name.endsWith('num_batches_tracked'));
  if (unknown !== undefined) {
    fail(
      where,
      'hold tensors of the model only',
      `"${unknown}"`,
      `Name them as saveTorch does: ${[...known].join(', ')}.`,
    );
  }
}

function numbersOf(
  where: string,
  {name, weight, kernelShape}: TorchWeight,
  parts: ReadonlyMap<string, Part>,
): Float32Array {
  const shape = kernelShape ? torchShape(kernelShape) : (weight.shape as number[]);
  const part = parts.get(name);
  if (part?.dtype !== 'F32' || String(part.shape) !== String(shape)) {
    return fail(where, `hold "${name}" as float32 of the shape [${shape}]`, received(part), 'Save it with that shape.');
  }
  const numbers = float32Of(part);
  checkFinite(where, `weights "${name}"`, numbers);
  return numbers;
}

function topologyOf(where: string, {name, kernelShape}: TorchWeight, parts: ReadonlyMap<string, Part>): Topology {
  const shape = torchShape(kernelShape!);
  const part = parts.get(maskOf(name));
  const isMask = part && ['BOOL', 'U8'].includes(part.dtype) && String(part.shape) === String(shape);
  if (!isMask) {
    return fail(
      where,
      `hold the mask "${maskOf(name)}" as booleans of the shape [${shape}]`,
      received(part),
      'Masks are not guessed from zeros: save it beside the weight.',
    );
  }
  const mask = new Uint8Array(part.bytes.length);
  for (let at = 0; at < mask.length; at++) mask[at] = part.bytes[torchPosition(kernelShape!, at)];
  return Topology.fromMask(kernelShape!, mask);
}

function received(part: Part | undefined): string {
  return part ? `${part.dtype} of the shape [${part.shape}]` : 'none';
}

function fail(where: string, rule: string, found: string, advice: string): never {
  throw new Error(`${where}: source must ${rule}, received ${found}. ${advice}`);
}
