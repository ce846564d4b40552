import * as tf from '@tensorflow/tfjs';
import {ALLOCATION_NAMES, type AllocationOptions, allocateFor} from '../algorithms/allocateConnections.ts';
import {checkDensity} from '../algorithms/checkDensity.ts';
import {selectGlobally} from '../algorithms/criteria.ts';
import {sampleStructure} from '../algorithms/structures/sampleStructure.ts';
import type {Criterion, Structure} from '../algorithms/types.ts';
import type {InitialCriterion, InitialKernel} from '../layers/initialCriteria.ts';
import {ensureBuilt} from '../layers/rebuildModel.ts';
import {checkFinite} from '../topology/checkFinite.ts';
import {checkChoice, checkKind, checkModel, checkNames} from '../topology/checkKind.ts';
import {freshSeed, type Random, seededRandom} from '../topology/random.ts';
import {selectLargest} from '../topology/select.ts';
import {Topology} from '../topology/topology.ts';
import {assignWeight, variableOf} from '../weights/tfjsInternals.ts';
import {type SparsifiableLayer, sparsifiableLayers} from './sparsify.ts';

/**
 * Options of {@link initialTopologies}. Those that give layers densities, `distribution` among them, are for scope 'layer': ranked over the
 * network, a layer has what its scores give it.
 */
export interface InitialOptions extends AllocationOptions {
  /** Active over all connections of the layers together, in (0, 1]; met to one connection. */
  readonly density: number;
  /** `snip(data)`, `synflow()` and their like, or a criterion that needs no gradient, such as `magnitude()` and `random()`. */
  readonly criterion: InitialCriterion | Criterion;
  /**
   * 'network' ranks the connections of all layers together, so that a layer may lose all; 'layer' ranks within each, with as many
   * connections as its `distribution` gives it. @defaultValue 'network'
   */
  readonly scope?: 'network' | 'layer';
  /** Rounds of scoring and leaving out. @defaultValue 1 */
  readonly rounds?: number;
  /**
   * The density after round r of R: density^(r/R), or 1 − (1 − density)·r/R, or what a function of r says; after the last it is
   * `density`. @defaultValue 'exponential'
   */
  readonly schedule?: 'exponential' | 'linear' | ((round: number) => number);
  /** Which topologies are allowed; for scope 'layer'. @defaultValue all */
  readonly structure?: Structure;
  /** Which layers become sparse; as for `sparsify`. @defaultValue every Dense and Conv2D layer */
  readonly filter?: (layer: SparsifiableLayer) => boolean;
  /** Of random choices. @defaultValue a fresh one */
  readonly seed?: number | string;
}

/** What is of single layers, and so means nothing where all are ranked together. */
const OF_LAYERS = ['structure', 'distribution', 'firstLayerDense', 'lastLayerDense', 'densities'] as const;

/** A layer whose topology is being chosen. */
interface Candidate extends InitialKernel {
  readonly name: string;
  readonly shape: number[];
}

/**
 * Chooses the topologies of a dense model before it is trained, for `sparsify(model, {density, topologies})`.
 *
 * In each round the weights that were left out are 0; afterwards the model is as it was. The kernels, a mask and a score for each of
 * their positions are held on the host meanwhile.
 *
 * @returns topologies by layer name
 * @throws RangeError if a number is out of range, or a score is not finite
 * @throws TypeError if there is no such scope or schedule, an option of single layers is given for the whole network, or the criterion has
 * no scores
 * @throws Error if no layer can become sparse
 *
 * @example
 * const topologies = await initialTopologies(dense, {density: 0.05, criterion: snip({x, y})});
 * const model = sparsify(dense, {density: 0.05, topologies});
 */
export async function initialTopologies(
  model: tf.LayersModel,
  options: InitialOptions,
): Promise<Record<string, Topology>> {
  checkModel('initialTopologies', model);
  checkOptions(options);
  ensureBuilt('initialTopologies', model);
  const {criterion, rounds = 1, filter, seed = freshSeed()} = options;
  const random = seededRandom(seed);
  const layers = sparsifiableLayers('initialTopologies', model, filter);
  const candidates = await Promise.all(layers.map(candidateOf));
  let topologies = candidates.map(({shape}) => Topology.dense(shape));
  // All of them: normalization in training mode moves its statistics.
  const saved = model.weights.map((weight) => tf.clone(weight.read()));
  try {
    for (let round = 1; round <= rounds; round++) {
      const scores = await scoresOf(model, candidates, criterion, random);
      const mayReturn = 'mayReturn' in criterion && criterion.mayReturn;
      const ranked = mayReturn ? scores : scores.map((each, i) => withoutOthers(each, topologies[i]));
      topologies = choose(candidates, ranked, densityAfter(round, options), options, random);
      candidates.forEach((candidate, i) => void applyMask(candidate, topologies[i]));
    }
  } finally {
    for (const [i, weight] of model.weights.entries()) assignWeight(weight, saved[i]);
    tf.dispose(saved);
  }
  return Object.fromEntries(candidates.map(({name}, i) => [name, topologies[i]]));
}

function checkOptions(options: InitialOptions): void {
  const where = 'initialTopologies';
  checkKind(
    where,
    'options',
    'an object',
    options,
    'Write initialTopologies(model, {density: 0.05, criterion: magnitude()}).',
  );
  checkNames<InitialOptions>(where, options, {
    density: 1,
    criterion: 1,
    scope: 1,
    rounds: 1,
    schedule: 1,
    structure: 1,
    filter: 1,
    seed: 1,
    ...ALLOCATION_NAMES,
  });
  const {density, scope = 'network', rounds = 1, schedule = 'exponential', criterion} = options;
  checkKind(where, 'criterion', 'an object', criterion, 'Use snip(data) or magnitude().');
  checkDensity('initialTopologies', 'density', density);
  if (!(Number.isInteger(rounds) && rounds > 0)) {
    throw new RangeError(
      `initialTopologies: rounds must be a positive integer, received ${rounds}. Leave it out for one.`,
    );
  }
  checkChoice(where, 'scope', ['network', 'layer'], scope, "Leave it out for 'network'.");
  if (typeof schedule !== 'function') {
    checkChoice(
      where,
      'schedule',
      ['exponential', 'linear'],
      schedule,
      'Or give the density after each round by a function.',
    );
  }
  const ofLayers = OF_LAYERS.find((name) => options[name]);
  if (ofLayers && scope === 'network') {
    throw new TypeError(
      `initialTopologies: scope must be 'layer' where ${ofLayers} is given, received 'network'. To leave layers dense there, use filter.`,
    );
  }
  if (!('scores' in criterion) && (!criterion.active || criterion.needsGradient)) {
    throw new TypeError(
      `initialTopologies: criterion must have scores without a gradient, received ${criterion.name}. Use snip(data) or magnitude().`,
    );
  }
}

async function candidateOf({name, shape, layer}: SparsifiableLayer): Promise<Candidate> {
  const variable = variableOf(layer.weights[0]);
  return {name, shape: [...shape], variable, weights: (await variable.data<'float32'>()).slice()};
}

async function scoresOf(
  model: tf.LayersModel,
  candidates: readonly Candidate[],
  criterion: InitialCriterion | Criterion,
  random: Random,
): Promise<Float32Array[]> {
  const scores =
    'scores' in criterion
      ? await criterion.scores(model, candidates)
      : candidates.map(({name, shape, weights}) =>
          criterion.active!({name, topology: Topology.dense(shape), values: weights, random}),
        );
  for (const [i, {name}] of candidates.entries()) {
    const advice = 'Check the data and the initial weights.';
    checkFinite('initialTopologies', `scores of "${name}"`, scores[i], {place: 'position', advice});
  }
  return scores;
}

function densityAfter(round: number, {density, rounds = 1, schedule = 'exponential'}: InitialOptions): number {
  if (round === rounds) return density;
  if (typeof schedule === 'function') {
    const after = schedule(round);
    checkDensity('initialTopologies', 'schedule', after);
    return after;
  }
  return schedule === 'linear' ? 1 - (1 - density) * (round / rounds) : density ** (round / rounds);
}

function choose(
  candidates: readonly Candidate[],
  scores: readonly Float32Array[],
  density: number,
  options: InitialOptions,
  random: Random,
): Topology[] {
  const {scope = 'network', structure} = options;
  if (scope === 'network') {
    const size = scores.reduce((sum, {length}) => sum + length, 0);
    const budget = Math.round(density * size);
    if (budget === 0 && size > 0) {
      throw new RangeError(
        `initialTopologies: density must leave a connection, received ${density} of ${size}. Use at least ${1 / size}.`,
      );
    }
    const chosen = selectGlobally(scores, budget);
    return chosen.map((positions, i) => Topology.fromPositions(candidates[i].shape, positions));
  }
  const counts = allocateFor('initialTopologies', candidates, density, options);
  return candidates.map(({shape}, i) =>
    structure
      ? sampleStructure(structure, shape, counts[i], random, scores[i])
      : Topology.fromPositions(shape, selectLargest(scores[i], counts[i])),
  );
}

/** What was left out before ranks behind everything else. The scores themselves stay: they may be the weights. */
function withoutOthers(scores: Float32Array, topology: Topology): Float32Array {
  const ranked = new Float32Array(scores.length).fill(Number.NEGATIVE_INFINITY);
  for (const position of topology.positions()) ranked[position] = scores[position];
  return ranked;
}

function applyMask({variable, weights, shape}: Candidate, topology: Topology): void {
  const masked = new Float32Array(weights.length);
  for (const position of topology.positions()) masked[position] = weights[position];
  tf.tidy(() => variable.assign(tf.tensor(masked, shape)));
}
