import {sourceOf} from '../code.ts';
import {Dice} from '../dice.ts';
import {type Draft, graphKinds, type Node} from './graph.ts';
import {embedding} from './kernelLayers.ts';
import {type LayerCode, layerSource, type Shape} from './layer.ts';
import {layerKinds} from './networkKinds.ts';
import {sparsity} from './options.ts';
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

/** A network as source. */
export interface Network {
  /** A function that makes the model. */
  readonly source: string;
  readonly inputs: readonly NetworkInput[];
  readonly outputs: readonly Pick<Node, 'shape' | 'range'>[];
}

interface NetworkInput {
  readonly name: string;
  readonly shape: Shape;
  /** True if it goes into an embedding. */
  readonly isIndices: boolean;
}

/** More numbers for a sample would make scripts slow. */
const MOST_NUMBERS = 150;

/**
 * The network of a list of choices. What does not fit the shape that came before is left out.
 *
 * @param name  of the model; its layers are named after it
 */
export function networkOf(name: string, {input, layers, head}: NetworkChoice): Network {
  const draft = new NetworkDraft(name, new Dice(input));
  for (const {kind, dice} of layers) draft.add(kind, new Dice(dice));
  return draft.finish(new Dice(head));
}

class NetworkDraft implements Draft {
  current: Node;
  private readonly lines: string[] = [];
  private readonly inputs: NetworkInput[] = [];
  private readonly outputs = new Set<Node>();
  private count = 0;
  /** The layers, if the network is a plain chain of them. */
  private chain: LayerCode[] | undefined = [];
  private readonly isSequential: boolean;
  private readonly isSparsified: boolean;

  constructor(
    private readonly name: string,
    dice: Dice,
  ) {
    this.isSequential = dice.once(2);
    const vector = [dice.int(1, 8)];
    const image = [dice.int(2, 7), dice.int(2, 7), dice.int(1, 4)];
    const isIndices = dice.once(20);
    const shape = isIndices ? vector : dice.of([vector, image, image, vector, image.slice(1)]);
    this.current = this.input(shape, isIndices);
    if (isIndices) this.apply(embedding(dice));
    this.isSparsified = dice.once(6);
  }

  add(kind: string, dice: Dice): void {
    if (kind in graphKinds) {
      this.chain = undefined;
      graphKinds[kind][1](this, dice);
    } else {
      const layer = layerKinds[kind][1](this.current.shape, dice);
      if (layer) this.apply(layer);
    }
  }

  apply(layer: LayerCode, from: readonly Node[] = [this.current], variable?: string): Node | undefined {
    const shape = outputShape(
      layer,
      from.map((node) => node.shape),
    );
    if (!shape || shape.some((n) => n < 1) || shape.reduce((a, b) => a * b, 1) > MOST_NUMBERS) return undefined;
    const name = this.freshName();
    this.lines.push(`const ${name} = ${variable ?? layerSource(layer, {name})}.apply(${listOf(from)});`);
    this.chain?.push(layer);
    this.current = {name, shape, range: rangeOf(layer)};
    return this.current;
  }

  declare(layer: LayerCode): string {
    const name = this.freshName();
    this.lines.push(`const ${name} = ${layerSource(layer, {name})};`);
    return name;
  }

  addInput(shape: Shape): Node | undefined {
    return this.inputs.length === 1 ? this.input(shape, false) : undefined;
  }

  addOutput(): void {
    if (this.outputs.size === 0) this.outputs.add(this.current);
  }

  /** Unique among the models of a script. */
  freshName(): string {
    return `${this.name}t${this.count++}`;
  }

  finish(head: Dice): Network {
    if (this.lines.length === 1 || !head.once(4)) this.addHead(head);
    this.outputs.add(this.current);
    const outputs = [...this.outputs];
    const source = this.isSequential && this.chain ? this.sequentialSource(this.chain) : this.functionalSource(outputs);
    const isDense = /tf\.layers\.(dense|conv2d)\(/.test(source);
    return {source: this.isSparsified && isDense ? sparsified(source) : source, inputs: this.inputs, outputs};
  }

  /** The usual end of a network. */
  private addHead(dice: Dice): void {
    if (this.current.shape.length > 1) this.apply({factory: 'tf.layers.flatten', options: {}});
    const activation = dice.of([undefined, 'softmax', 'softmax', 'sigmoid', 'tanh']);
    this.apply({
      factory: 'itop.maskedDense',
      options: {units: dice.of([2, 3, 1, 4, 10]), activation, ...sparsity(dice)},
    });
  }

  private input(shape: Shape, isIndices: boolean): Node {
    const name = this.freshName();
    this.lines.push(`const ${name} = tf.input({shape: ${sourceOf(shape)}, name: '${name}'});`);
    this.inputs.push({name, shape, isIndices});
    return {name, shape, range: 'any'};
  }

  private sequentialSource(chain: readonly LayerCode[]): string {
    const layers = chain.map((layer, i) => {
      const input = i === 0 ? {inputShape: this.inputs[0].shape} : {};
      return `    ${layerSource(layer, {name: `${this.name}t${i + 1}`, ...input})},`;
    });
    return ['() =>', `  tf.sequential({name: '${this.name}', layers: [`, ...layers, '  ]})'].join('\n');
  }

  private functionalSource(outputs: readonly Node[]): string {
    const lines = [
      ...this.lines,
      `return tf.model({name: '${this.name}', inputs: ${listOf(this.inputs)}, outputs: ${listOf(outputs)}});`,
    ];
    return ['() => {', ...lines.map((line) => `  ${line}`), '}'].join('\n');
  }
}

function listOf(nodes: readonly {readonly name: string}[]): string {
  const names = nodes.map(({name}) => name);
  return names.length === 1 ? names[0] : `[${names.join(', ')}]`;
}

function sparsified(source: string): string {
  const build = source.replaceAll('\n', '\n  ');
  return [
    '() => {',
    `  const build = ${build};`,
    '  return own.sparsified(build(), {density: 0.5, seed: 1});',
    '}',
  ].join('\n');
}

function rangeOf({factory, options}: LayerCode): Node['range'] {
  if (options.activation === 'softmax' || (factory.endsWith('.softmax') && options.axis === undefined)) return 'shares';
  return options.activation === 'sigmoid' ? 'unit' : 'any';
}
