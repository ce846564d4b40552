import * as tf from '@tensorflow/tfjs';
import {ALLOCATION_NAMES, type AllocationOptions, allocateFor} from '../algorithms/allocateConnections.ts';
import {checkDensity} from '../algorithms/checkDensity.ts';
import {rememberReasons} from '../layers/denseReasons.ts';
import {kindOf} from '../layers/kinds/kindOf.ts';
import {ensureBuilt, rebuildModel} from '../layers/rebuildModel.ts';
import {isSparseLayer, type SparseLayer} from '../layers/sparseLayer.ts';
import type {StockKernelLayer} from '../layers/stockLayers.ts';
import {walkLayers} from '../layers/walkLayers.ts';
import {gatherActive} from '../ops/denseForm.ts';
import {checkChoice, checkKind, checkNames} from '../topology/checkKind.ts';
import {sizeOf} from '../topology/positions.ts';
import {freshSeed, seededRandom} from '../topology/random.ts';
import type {Topology} from '../topology/topology.ts';
import {initialValues} from '../weights/initialValues.ts';
import type {Reparameterization} from '../weights/reparameterization.ts';
import {assignWeight} from '../weights/tfjsInternals.ts';
import {MaskedConv2d} from './maskedConv2d.ts';
import {MaskedDense} from './maskedDense.ts';

/** A layer whose kernel can become sparse, as the filter sees it. */
export interface SparsifiableLayer {
  /** The layer's name, with the names of the models around it where it is nested: 'encoder/dense1'. */
  readonly name: string;
  /** Dense shape of the kernel: `[in, out]` or `[kh, kw, in, out]`. */
  readonly shape: readonly number[];
  /** The layer itself. */
  readonly layer: tf.layers.Layer;
}

/** Options of {@link sparsify}. */
export interface SparsifyOptions extends AllocationOptions {
  /** Active over all connections of the layers that share the budget, in (0, 1]. */
  readonly density: number;
  /** Which layers become sparse. @defaultValue every Dense and Conv2D layer */
  readonly filter?: (layer: SparsifiableLayer) => boolean;
  /** Seed of the random topologies. @defaultValue a fresh one */
  readonly seed?: number | string;
  /** The values that the layers compute with, made from those that they store. @defaultValue the stored ones */
  readonly reparameterization?: Reparameterization;
  /**
   * Custom topologies by layer name, for instance from a pruning criterion; these layers are outside the budget.
   * @defaultValue none: every topology is drawn at random
   */
  readonly topologies?: Readonly<Record<string, Topology>>;
  /**
   * What the connections start with: `'kept'`, the weights that they have in the dense model, or `'drawn'`, new ones by the layer's
   * initializer, scaled to the connections that each neuron has. Draw them to train from the beginning: initial weights that are kept are
   * those of neurons with many more inputs, and too small. @defaultValue 'kept'
   */
  readonly values?: 'kept' | 'drawn';
}

/**
 * Makes a sparse model of a dense one: each Dense and Conv2D kernel keeps a random set of its connections with their
 * weights, or with new ones, everything else is copied. The dense model stays as it is.
 *
 * Works for Sequential and functional models, nested and shared layers, TimeDistributed; what cannot become sparse is left
 * as it is and said so in `summary(model)`.
 *
 * @returns an uncompiled model of the same kind
 * @throws RangeError if the density or another option is out of range
 * @throws Error if the model does not know its input, or holds no layer that can become sparse
 *
 * @example
 * const sparse = sparsify(dense, {density: 0.05, distribution: 'erdosRenyiKernel', seed: 7});
 */
export function sparsify<Model extends tf.LayersModel>(model: Model, options: SparsifyOptions): Model {
  ensureBuilt('sparsify', model);
  checkSparsifyOptions(options);
  const {seed = freshSeed(), topologies = {}, values = 'kept'} = options;
  const reparameterization = options.reparameterization && {reparameterization: saved(options.reparameterization)};
  const reasons = new Map<string, string>();
  const plan = planLayers(model, options, reasons);
  const sparse = rebuildModel(
    'sparsify',
    model,
    (layer, path) => {
      const planned = plan.get(path);
      if (!planned) return undefined;
      const {className} = sparseClassOf(layer);
      const {index, nnz} = planned;
      return {className, config: {...layer.getConfig(), nnz, seed: `${seed}/${index}`, ...reparameterization}};
    },
    (dense, masked, path) => {
      const draw = (topology: Topology) => {
        const random = seededRandom(`${seed}/${plan.get(path)!.index}/values`);
        return initialValues((dense as StockKernelLayer).kernelInitializer, topology, 'sparse', random);
      };
      const keep = (topology: Topology) => gatherActive(kernelOf(dense), topology);
      carryKernel(dense, masked as SparseLayer, topologies[path], values === 'kept' ? keep : draw);
    },
  );
  rememberReasons(sparse, reasons);
  return sparse;
}

/** As a layer's config holds it. */
function saved({name, options}: Reparameterization): tf.serialization.ConfigDict {
  return {name, options};
}

interface PlannedLayer {
  readonly index: number;
  readonly nnz: number;
}

/** The layers that become sparse, by name; for all others with weights, the reason why not goes into `reasons`. */
function planLayers(
  model: tf.LayersModel,
  options: SparsifyOptions,
  reasons: Map<string, string>,
): Map<string, PlannedLayer> {
  const {filter, topologies = {}, firstLayerDense = false, lastLayerDense = false} = options;
  const layers = sparsifiableLayers('sparsify', model, filter, reasons);
  checkTopologies(layers, topologies);
  const drawn = layers.filter(({name}) => !topologies[name]);
  const ends = {
    firstLayerDense: firstLayerDense && drawn[0] === layers[0],
    lastLayerDense: lastLayerDense && drawn[drawn.length - 1] === layers[layers.length - 1],
  };
  const counts = allocateFor('sparsify', drawn, options.density, {...options, ...ends});
  const plan = new Map<string, PlannedLayer>();
  layers.forEach(({name, shape}, index) => {
    const place = drawn.findIndex((layer) => layer.name === name);
    const nnz = place < 0 ? topologies[name].nnz : counts[place];
    const isEnd = (index === 0 && ends.firstLayerDense) || (index === layers.length - 1 && ends.lastLayerDense);
    if (isEnd && nnz === sizeOf(shape)) reasons.set(name, 'kept dense, as the first or last layer');
    else plan.set(name, {index, nnz});
  });
  return plan;
}

/**
 * The layers that a filter accepts, of those of a model whose class has a sparse form, but no subclass of one: it may compute something else.
 *
 * @param reasons  gets why each of the other layers with weights is none
 * @throws Error if there is none
 */
export function sparsifiableLayers(
  where: string,
  model: tf.LayersModel,
  filter: (layer: SparsifiableLayer) => boolean = () => true,
  reasons = new Map<string, string>(),
): SparsifiableLayer[] {
  const layers = walkLayers(model).flatMap(({layer, path, isLeaf}) => {
    if (!isLeaf || layer.weights.length === 0) return [];
    if (isSparseLayer(layer)) reasons.set(path, 'was sparse already');
    else if (!kindOf(layer)?.sparseName) reasons.set(path, `${layer.getClassName()} has no sparse form`);
    else {
      const found = {name: path, shape: kernelOf(layer).shape, layer};
      if (filter(found)) return [found];
      reasons.set(path, 'left out by the filter');
    }
    return [];
  });
  if (layers.length > 0) return layers;
  const found = [...reasons].map(([name, reason]) => `${name} (${reason})`).join(', ') || 'no layer with weights';
  throw new Error(
    `${where}: model must have a Dense or Conv2D layer that the filter accepts, received "${model.name}" with ${found}. ` +
      'Loosen the filter, or train this model as it is.',
  );
}

function checkSparsifyOptions(options: SparsifyOptions): void {
  const where = 'sparsify';
  checkKind(where, 'options', 'an object', options, 'Write sparsify(model, {density: 0.05}).');
  checkNames<SparsifyOptions>(where, options, {
    density: 1,
    filter: 1,
    seed: 1,
    reparameterization: 1,
    topologies: 1,
    values: 1,
    ...ALLOCATION_NAMES,
  });
  const {density, filter = () => true, topologies = {}, values = 'kept'} = options;
  checkDensity(where, 'density', density);
  checkKind(where, 'filter', 'a function', filter, "Write ({name}) => name !== 'output'.");
  checkKind(where, 'topologies', 'an object', topologies, 'Write topologies: await initialTopologies(model, …).');
  checkChoice(where, 'values', ['kept', 'drawn'], values, 'Leave it out to keep those of the model.');
}

function checkTopologies(layers: readonly SparsifiableLayer[], topologies: Readonly<Record<string, Topology>>): void {
  for (const [name, topology] of Object.entries(topologies)) {
    const shape = layers.find((layer) => layer.name === name)?.shape;
    if (!shape || !tf.util.arraysEqual([...topology.shape], [...shape])) {
      throw new RangeError(
        `sparsify: topologies must match a layer's kernel, received [${topology.shape}] for '${name}', ` +
          `${shape ? `whose kernel is [${shape}]` : `which is none of ${layers.map((layer) => layer.name).join(', ')}`}. ` +
          'Name the layers by their path, and give the dense shape of their kernel.',
      );
    }
  }
}

/** The class that stands for that of a layer, of those that this copy of the library has. */
function sparseClassOf(layer: tf.layers.Layer): {readonly className: string} {
  const {sparseName} = kindOf(layer)!;
  return [MaskedDense, MaskedConv2d].find(({className}) => className === sparseName)!;
}

function kernelOf(layer: tf.layers.Layer): tf.Tensor {
  return layer.weights[0].read();
}

/** The values of the chosen positions, and the bias. */
function carryKernel(
  dense: tf.layers.Layer,
  masked: SparseLayer,
  topology: Topology | undefined,
  valuesOf: (topology: Topology) => tf.Tensor,
): void {
  const {sparseWeight, bias} = masked;
  if (topology) sparseWeight.topology = topology;
  tf.tidy(() => sparseWeight.variable.assign(valuesOf(sparseWeight.topology)));
  if (bias) assignWeight(bias, dense.weights[1].read());
}
