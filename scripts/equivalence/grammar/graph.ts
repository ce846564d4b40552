import type {Dice} from '../dice.ts';
import {kernelLayers} from './kernelLayers.ts';
import {asCode, type LayerCode, type Shape} from './layer.ts';

/** A tensor of a network. */
export interface Node {
  readonly name: string;
  readonly shape: Shape;
  /** What is known of its numbers, by which losses that take logarithms know that they can. */
  readonly range: 'shares' | 'unit' | 'any';
}

/** A network that is being written down. */
export interface Draft {
  /** The tensor that the next layer goes on from. */
  current: Node;
  /** Puts a layer on one or more tensors, if it takes them; `variable` names a layer that was declared before. */
  apply(layer: LayerCode, from?: readonly Node[], variable?: string): Node | undefined;
  /** Declares a layer. @returns the variable that holds it */
  declare(layer: LayerCode): string;
  /** A second input; undefined if there is one already. */
  addInput(shape: Shape): Node | undefined;
  /** Makes the current tensor an output, too. */
  addOutput(): void;
  freshName(): string;
}

type GraphKind = (draft: Draft, dice: Dice) => void;

/** A layer that keeps the shape of the current tensor. */
function sameShape(shape: Shape, dice: Dice): LayerCode {
  const units = shape[shape.length - 1];
  const options = {density: 0.5, seed: dice.int(1, 9), activation: dice.of([undefined, 'relu', 'tanh'])};
  return shape.length === 3
    ? {factory: 'itop.maskedConv2d', options: {filters: units, kernelSize: dice.int(1, 3), padding: 'same', ...options}}
    : {factory: 'itop.maskedDense', options: {units, ...options}};
}

/** Adds up the current tensor and what a layer makes of it. */
const residual: GraphKind = (draft, dice) => {
  const from = draft.current;
  const branch = draft.apply(sameShape(from.shape, dice));
  if (branch) draft.apply({factory: 'tf.layers.add', options: {}}, dice.once(2) ? [branch, from] : [from, branch]);
};

const MERGES = ['add', 'average', 'multiply', 'maximum', 'minimum', 'concatenate', 'dot'];

/** Two layers on one tensor, merged. */
const merge: GraphKind = (draft, dice) => {
  const from = draft.current;
  const kind = dice.of(MERGES);
  const one = kernelLayers[dice.once(3) ? 'dense' : 'maskedDense'][1](from.shape, dice)!;
  const other = {...one, options: {...one.options, seed: one.options.seed ? 5 : undefined}};
  const [left, right] = [draft.apply(one, [from]), draft.apply(other, [from])];
  if (!left || !right) return;
  draft.apply({factory: `tf.layers.${kind}`, options: kind === 'dot' ? {axes: -1} : {}}, [left, right]);
};

/** One layer twice in a row. */
const shared: GraphKind = (draft, dice) => {
  const layer = sameShape(draft.current.shape, dice);
  const variable = draft.declare(layer);
  draft.apply(layer, [draft.current], variable);
  draft.apply(layer, [draft.current], variable);
};

/** A Sequential of two dense layers as one layer. */
const nested: GraphKind = (draft, dice) => {
  const {shape} = draft.current;
  const name = draft.freshName();
  const first = kernelLayers.maskedDense[1](shape, dice)!;
  const second = kernelLayers[dice.once(3) ? 'dense' : 'maskedDense'][1](shape, dice)!;
  const layers = [asCode(first, {name: `${name}a`, inputShape: shape}), asCode(second, {name: `${name}b`})];
  draft.apply({factory: 'tf.sequential', options: {layers}});
};

/** A functional model as one layer. */
const nestedGraph: GraphKind = (draft, dice) => {
  const {shape} = draft.current;
  const name = draft.freshName();
  const layer = asCode(sameShape(shape, dice), {name: `${name}a`});
  draft.apply({factory: 'own.residualModel', options: {shape, layer}});
};

const secondInput: GraphKind = (draft, dice) => {
  const from = draft.current;
  const other = draft.addInput(from.shape);
  const factory = `tf.layers.${dice.of(['concatenate', 'add', 'multiply'])}`;
  if (other) draft.apply({factory, options: {}}, [from, other]);
};

const secondOutput: GraphKind = (draft) => draft.addOutput();

/** Kinds of choices that are about the graph, not about one layer, and the share of each. */
export const graphKinds: Readonly<Record<string, readonly [share: number, kind: GraphKind]>> = {
  residual: [3, residual],
  merge: [2, merge],
  shared: [2, shared],
  nested: [2, nested],
  nestedGraph: [1, nestedGraph],
  secondInput: [1, secondInput],
  secondOutput: [1, secondOutput],
};
