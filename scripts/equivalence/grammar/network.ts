import {sourceOf} from '../code.ts';
import {Dice} from '../dice.ts';
import {embedding, kernelLayers} from './kernelLayers.ts';
import {asCode, type LayerCode, type LayerKind, layerSource, type Shape} from './layer.ts';
import {sparsity} from './options.ts';
import {otherLayers} from './otherLayers.ts';
import {outputShape} from './outputShape.ts';

/** One choice of a script: what it is about, and numbers that say the rest. */
export interface Choice {
  readonly kind: string;
  readonly dice: readonly number[];
}

/** What chooses a network. */
export interface NetworkChoice {
  /** The shape of the input. */
  readonly input: readonly number[];
  readonly layers: readonly Choice[];
  /** The last layer. */
  readonly head: readonly number[];
}

/** Kinds of choices that are about the graph, not about one layer, and the share of each. */
const GRAPH_KINDS = {residual: 3, merge: 2, shared: 2, nested: 2, secondInput: 1, secondOutput: 1} as const;

const layerKinds = {...kernelLayers, ...otherLayers};

/** Kinds that a fused step may consist of: with all others in every network, few would have one. */
const COMMON = [
  ...[
    'maskedDense',
    'maskedConv2d',
    'dense',
    'conv2d',
    'flatten',
    'activation',
    'relu',
    'leakyReLU',
    'reshape',
    'dropout',
  ],
  ...[
    'batchNormalization',
    'maxPooling2d',
    'averagePooling2d',
    'globalMaxPooling2d',
    'globalAveragePooling2d',
    'residual',
  ],
];

type Shares = readonly (readonly [kind: string, share: number])[];

/** All kinds with their shares, the simplest first. */
export const networkKinds: Shares = [
  ...Object.entries(layerKinds).map(([kind, [share]]) => [kind, share] as const),
  ...Object.entries(GRAPH_KINDS),
];

export const commonKinds: Shares = networkKinds.filter(([kind]) => COMMON.includes(kind));

/** A network as source. */
export interface Network {
  /** A function that makes the model. */
  readonly source: string;
  readonly inputs: readonly NetworkInput[];
  readonly outputs: readonly NetworkOutput[];
}

export interface NetworkInput {
  readonly shape: Shape;
  readonly isIndices: boolean;
}

export interface NetworkOutput {
  readonly shape: Shape;
  /** The activation or layer that it comes from, by which losses that take logarithms know that they can. */
  readonly range: 'shares' | 'unit' | 'any';
}

interface Node {
  readonly name: string;
  readonly shape: Shape;
  readonly range: NetworkOutput['range'];
}

/** More numbers for a sample would make scripts slow. */
const MOST_NUMBERS = 150;

/**
 * The network of a list of choices. What does not fit the shape that came before is left out.
 *
 * @param name  of the model; its layers are named after it
 */
export function networkOf(name: string, {input, layers, head}: NetworkChoice): Network {
  const builder = new Builder(name, new Dice(input), new Dice(head));
  for (const choice of layers) builder.add(choice);
  return builder.finish();
}

class Builder {
  private readonly lines: string[] = [];
  private readonly inputs: (NetworkInput & {readonly name: string})[] = [];
  private readonly outputs: Node[] = [];
  private count = 0;
  private current: Node;
  /** The layers, if the network is a plain chain of them. */
  private chain: LayerCode[] | undefined = [];
  private readonly isSequential: boolean;
  private readonly isSparsified: boolean;

  constructor(
    private readonly name: string,
    dice: Dice,
    private readonly head: Dice,
  ) {
    this.isSequential = dice.once(2);
    const shapes: Shape[] = [
      [dice.int(1, 8)],
      [dice.int(2, 7), dice.int(2, 7), dice.int(1, 4)],
      [dice.int(2, 5), dice.int(1, 5)],
    ];
    const isIndices = dice.once(20);
    const shape = isIndices ? [dice.int(1, 4)] : dice.of([shapes[0], shapes[1], shapes[1], shapes[0], shapes[2]]);
    this.current = this.addInput(shape, isIndices);
    if (isIndices) this.apply(embedding(dice));
    this.isSparsified = dice.once(6);
  }

  add({kind, dice: numbers}: Choice): void {
    const dice = new Dice(numbers);
    if (kind in GRAPH_KINDS) this.chain = undefined;
    switch (kind as keyof typeof GRAPH_KINDS) {
      case 'residual':
        return this.addResidual(dice);
      case 'merge':
        return this.addMerge(dice);
      case 'shared':
        return this.addShared(dice);
      case 'nested':
        return this.addNested(dice);
      case 'secondInput':
        return this.addSecondInput(dice);
      case 'secondOutput':
        if (this.outputs.length === 0) this.outputs.push(this.current);
        return;
      default: {
        const layer = layerKinds[kind][1](this.current.shape, dice);
        if (layer) this.apply(layer);
      }
    }
  }

  finish(): Network {
    this.addHead();
    const [first] = this.outputs;
    const outputs = first && first !== this.current ? [first, this.current] : [this.current];
    const source = this.isSequential && this.chain ? this.sequentialSource(this.chain) : this.functionalSource(outputs);
    return {
      source: this.isSparsified && /tf\.layers\.(dense|conv2d)\(/.test(source) ? sparsifiedSource(source) : source,
      inputs: this.inputs.map(({shape, isIndices}) => ({shape, isIndices})),
      outputs: outputs.map(({shape, range}) => ({shape, range})),
    };
  }

  /** The usual end of a network, unless the dice want what came before. */
  private addHead(): void {
    const hasOwn = this.current.name !== this.inputs[0].name && this.head.once(4);
    if (hasOwn) return;
    if (this.current.shape.length > 1) this.apply({factory: 'tf.layers.flatten', options: {}});
    const activation = this.head.of([undefined, 'softmax', 'softmax', 'sigmoid', 'tanh']);
    const units = this.head.of([2, 3, 1, 4, 10]);
    this.apply({factory: 'itop.maskedDense', options: {units, activation, ...sparsity(this.head)}});
  }

  private sequentialSource(chain: readonly LayerCode[]): string {
    const layers = chain.map((layer, i) => {
      const input = i === 0 ? {inputShape: this.inputs[0].shape} : {};
      return `      ${layerSource(layer, {name: `${this.name}_t${i + 1}`, ...input})},`;
    });
    return ['() =>', `  tf.sequential({name: '${this.name}', layers: [`, ...layers, '  ]})'].join('\n');
  }

  private functionalSource(outputs: readonly Node[]): string {
    const [inputs, results] = [this.inputs, outputs].map((nodes) => {
      const names = nodes.map(({name}) => name);
      return names.length === 1 ? names[0] : `[${names.join(', ')}]`;
    });
    return [
      '() => {',
      ...this.lines.map((line) => `  ${line}`),
      `  return tf.model({name: '${this.name}', inputs: ${inputs}, outputs: ${results}});`,
      '}',
    ].join('\n');
  }

  private addInput(shape: Shape, isIndices = false): Node {
    const name = this.freshName();
    this.lines.push(`const ${name} = tf.input({shape: ${sourceOf(shape)}, name: '${this.name}_${name}'});`);
    this.inputs.push({name, shape, isIndices});
    return {name, shape, range: 'any'};
  }

  private freshName(): string {
    return `t${this.count++}`;
  }

  /**
   * Puts a layer on one or more tensors, if it takes them.
   *
   * @param variable  of a layer that is there already
   * @returns its output
   */
  private apply(layer: LayerCode, from: readonly Node[] = [this.current], variable?: string): Node | undefined {
    const shape = outputShape(
      layer,
      from.map((node) => node.shape),
    );
    if (!shape || shape.some((n) => n < 1) || shape.reduce((a, b) => a * b, 1) > MOST_NUMBERS) return undefined;
    const name = this.freshName();
    const source = variable ?? layerSource(layer, {name: `${this.name}_${name}`});
    const inputs = from.length === 1 ? from[0].name : `[${from.map((node) => node.name).join(', ')}]`;
    this.lines.push(`const ${name} = ${source}.apply(${inputs});`);
    this.chain?.push(layer);
    this.current = {name, shape, range: rangeOf(layer)};
    return this.current;
  }

  /** Adds up the input and what a layer makes of it. */
  private addResidual(dice: Dice): void {
    const from = this.current;
    const {shape} = from;
    const units = shape[shape.length - 1];
    const own = {density: 0.5, seed: dice.int(1, 9), activation: dice.of(['linear', 'relu', 'tanh'])};
    const layer: LayerCode =
      shape.length === 3
        ? {factory: 'itop.maskedConv2d', options: {filters: units, kernelSize: dice.int(1, 3), padding: 'same', ...own}}
        : {factory: 'itop.maskedDense', options: {units, ...own}};
    const branch = this.apply(layer);
    if (branch) this.apply({factory: 'tf.layers.add', options: {}}, dice.once(2) ? [branch, from] : [from, branch]);
  }

  /** Two layers on one input, merged. */
  private addMerge(dice: Dice): void {
    const from = this.current;
    const merge = dice.of(['add', 'average', 'multiply', 'maximum', 'minimum', 'concatenate', 'dot']);
    const kind: LayerKind = kernelLayers[dice.once(3) ? 'dense' : 'maskedDense'][1];
    const one = kind(from.shape, dice)!;
    const [left, right] = [
      this.apply(one),
      this.apply({...one, options: {...one.options, seed: one.options.seed ? 5 : undefined}}, [from]),
    ];
    if (!left || !right) return;
    const options = merge === 'dot' ? {axes: -1} : {};
    this.apply({factory: `tf.layers.${merge}`, options}, [left, right]);
  }

  /** One layer twice in a row. */
  private addShared(dice: Dice): void {
    const {shape} = this.current;
    const units = shape[shape.length - 1];
    const layer: LayerCode = {
      factory: 'itop.maskedDense',
      options: {units, density: 0.5, seed: 3, activation: dice.of(['tanh', 'linear', 'relu'])},
    };
    const variable = `shared${this.count}`;
    this.lines.push(`const ${variable} = ${layerSource(layer, {name: `${this.name}_${variable}`})};`);
    this.apply(layer, [this.current], variable);
    this.apply(layer, [this.current], variable);
  }

  /** A model inside: a dense layer, and another. */
  private addNested(dice: Dice): void {
    const {shape} = this.current;
    const one = kernelLayers.maskedDense[1](shape, dice)!;
    const two = kernelLayers[dice.once(3) ? 'dense' : 'maskedDense'][1](shape, dice)!;
    const name = `${this.name}_n${this.count}`;
    const layers = [asCode(one, {name: `${name}a`, inputShape: shape}), asCode(two, {name: `${name}b`})];
    this.apply({factory: 'tf.sequential', options: {layers}});
  }

  private addSecondInput(dice: Dice): void {
    if (this.inputs.length > 1) return;
    const from = this.current;
    const other = this.addInput(from.shape);
    this.apply({factory: `tf.layers.${dice.of(['concatenate', 'add', 'multiply'])}`, options: {}}, [from, other]);
  }
}

function sparsifiedSource(source: string): string {
  return [
    '() => {',
    `  const build = ${source.replaceAll('\n', '\n  ')};`,
    '  return own.sparsified(build(), {density: 0.5, seed: 1});',
    '}',
  ].join('\n');
}

/** What is known of the numbers that a layer puts out. */
function rangeOf({factory, options}: LayerCode): NetworkOutput['range'] {
  if (options.activation === 'softmax' || (factory.endsWith('.softmax') && options.axis === undefined)) return 'shares';
  return options.activation === 'sigmoid' ? 'unit' : 'any';
}
