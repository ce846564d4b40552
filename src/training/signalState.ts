import type {DenseGradient, GradientSignal} from '../algorithms/types.ts';
import {decodeBase64, toBase64} from '../io/base64.ts';
import type {NamedSparseWeight} from '../layers/sparseWeights.ts';
import {checkFinite} from '../topology/checkFinite.ts';
import type {Topology} from '../topology/topology.ts';

/** What a {@link GradientSignal} holds, as plain JSON: steps folded, and of each layer its float32 numbers in base64. */
export interface SavedSignal {
  /** Gradients taken into it since it began anew. */
  readonly folded: number;
  /** The numbers of each layer in base64, in the order of the layers. */
  readonly layers: readonly string[];
}

/** Positions whose gradients are folded at a time. */
const BLOCK_LENGTH = 2 ** 18;

/** What a signal has made of the gradients so far: a number for each position of each layer. It never changes; a step makes a new one. */
export class SignalState {
  private constructor(
    private readonly signal: GradientSignal,
    private readonly folded: number,
    private readonly layers: ReadonlyMap<string, Float32Array>,
  ) {}

  /** A state at its begin. */
  static begin(signal: GradientSignal): SignalState {
    return new SignalState(signal, 0, new Map());
  }

  /**
   * A saved state.
   *
   * @throws Error if it is damaged, or of other layers
   */
  static restore(signal: GradientSignal, saved: SavedSignal | undefined, weights: readonly NamedSparseWeight[]) {
    const {folded, layers} = saved ?? ({} as Partial<SavedSignal>);
    const isSound =
      Number.isSafeInteger(folded) && folded! >= 0 && Array.isArray(layers) && layers.length <= weights.length;
    const numbers = isSound ? weights.map(({weight}, i) => decode(layers![i], weight.topology.size)) : [undefined];
    if (!isSound || numbers.some((each) => each === undefined)) {
      throw new Error(
        `DSTScheduler: resume must hold the gradients that the signal ${signal.name} has folded, received ` +
          `${saved === undefined ? 'none' : 'others'}. It was damaged: load it again, or use an earlier one.`,
      );
    }
    return new SignalState(signal, folded!, new Map(weights.map(({name}, i) => [name, numbers[i]!])));
  }

  /** The state after a step, whose gradients lie with the probes of these weights. */
  async fold(weights: readonly NamedSparseWeight[]): Promise<SignalState> {
    const layers = new Map(this.layers);
    const gradients = await Promise.all(weights.map(({weight}) => weight.probe.read()));
    for (const [i, {name}] of weights.entries()) layers.set(name, this.foldLayer(name, gradients[i]));
    return new SignalState(this.signal, this.folded + 1, layers);
  }

  /** The state before the first of the steps that are folded for an update. */
  anew(): SignalState {
    return SignalState.begin(this.signal);
  }

  /** The state after an update. */
  afterUpdate(): SignalState {
    return this.signal.steps === Number.POSITIVE_INFINITY ? this : this.anew();
  }

  /** At all positions of a layer. */
  all(name: string, size: number): DenseGradient {
    const numbers = this.layers.get(name) ?? new Float32Array(size);
    return {size, block: (begin, end) => numbers.subarray(begin, end)};
  }

  /** `[nnz]`: at the active positions of a layer, by slot. */
  active(name: string, topology: Topology): Float32Array {
    const numbers = this.layers.get(name) ?? new Float32Array(topology.size);
    return Float32Array.from(topology.positions(), (position) => numbers[position]);
  }

  save(weights: readonly NamedSparseWeight[]): SavedSignal {
    const layers = weights.map(({name, weight}) => {
      const {buffer, byteOffset, byteLength} = this.layers.get(name) ?? new Float32Array(weight.topology.size);
      return toBase64(new Uint8Array(buffer, byteOffset, byteLength));
    });
    return {folded: this.folded, layers};
  }

  private foldLayer(name: string, gradient: DenseGradient): Float32Array {
    const state = this.layers.get(name)?.slice() ?? new Float32Array(gradient.size);
    for (let begin = 0; begin < state.length; begin += BLOCK_LENGTH) {
      const end = Math.min(begin + BLOCK_LENGTH, state.length);
      const part = state.subarray(begin, end);
      this.signal.fold(part, gradient.block(begin, end), this.folded);
      checkFinite('DSTScheduler', `gradients of layer "${name}"`, part, {place: 'position', begin});
    }
    return state;
  }
}

function decode(text: string, size: number): Float32Array | undefined {
  const bytes = typeof text === 'string' ? decodeBase64(text) : undefined;
  return bytes?.length === 4 * size ? new Float32Array(bytes.buffer) : undefined;
}
