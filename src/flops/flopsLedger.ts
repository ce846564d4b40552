import {checkKind} from '../topology/checkKind.ts';
import {describeValue} from '../topology/describeValue.ts';
import {checkFlopsLayer, type FlopsLayer, forwardFlops} from './forwardFlops.ts';

/** A layer of a {@link FlopsLedger}. */
export interface NamedFlopsLayer extends FlopsLayer {
  /** Path of the layer in the model. */
  readonly name: string;
}

/** Floating-point operations of a training so far. */
export interface TrainingFlops {
  /** Forward passes with the active connections. */
  readonly forward: number;
  /** Gradients of the activations and of the active connections: twice the forward passes. */
  readonly backward: number;
  /** What gradients at all positions, for growth by gradient, cost beyond those of the active connections. */
  readonly denseGradient: number;
  /** forward + backward + denseGradient. */
  readonly total: number;
  /** What the same steps would have cost with all connections. */
  readonly dense: number;
}

/** {@link TrainingFlops} of one layer. */
export interface LayerTrainingFlops extends TrainingFlops {
  /** Path of the layer in the model. */
  readonly name: string;
}

/** Sums above 2^53 are rounded. */
const ROUNDING = 1e-6;

interface Account {
  readonly name: string;
  /** Operations of a forward pass of one sample with all connections. */
  readonly full: number;
  layer: FlopsLayer;
  forward: number;
  denseGradient: number;
  dense: number;
}

/**
 * Counts the floating-point operations of a training as it runs, layer by layer, with the connections that each has at that step.
 *
 * By the rules of RigL: a backward pass costs two forward passes, also in the first layer; a step that computes the gradient at all
 * positions costs 2 · f_S + f_D, any other 3 · f_S; every layer is trained; choosing connections costs nothing. RigL's own formula
 * (`riglTrainingFlops`) spreads a gradient step over ΔT + 1 steps, since its gradient steps do not train; here they do, hence over ΔT.
 *
 * @see Evci et al. 2020, "Rigging the Lottery", appendix on floating-point operations, https://arxiv.org/abs/1911.11134
 */
export class FlopsLedger {
  private readonly accounts: readonly Account[];

  /**
   * @param layers  the layers with kernels and their connections at the first step, for instance `flopsReport(model).layers`
   * @param saved   what `toJSON` of a ledger of the same layers returned, to continue from. @defaultValue nothing was counted yet
   * @throws RangeError if a number of a layer is out of range
   * @throws Error if what was saved is of other layers, or contradicts itself
   */
  constructor(layers: readonly NamedFlopsLayer[], saved?: readonly LayerTrainingFlops[]) {
    checkKind('FlopsLedger', 'layers', 'a list', layers, 'Pass flopsReport(model).layers.');
    if (saved !== undefined)
      checkKind('FlopsLedger', 'saved', 'a list', saved, 'Pass what toJSON of a ledger returned.');
    const names = (of: readonly {readonly name: string}[]) => of.map(({name}) => name).join(', ');
    for (const counts of saved ?? []) checkCounts(counts);
    if (saved && names(saved) !== names(layers)) {
      throw new Error(
        `FlopsLedger: saved must be of the layers ${names(layers)}, received ${names(saved)}. Load the model that was saved with it.`,
      );
    }
    this.accounts = layers.map(({name, shape, nnz, positions}, i) => {
      const layer = {shape, nnz, positions};
      checkFlopsLayer('FlopsLedger', layer);
      const {forward = 0, denseGradient = 0, dense = 0} = saved?.[i] ?? {};
      return {name, layer, full: forwardFlops([layer]).dense, forward, denseGradient, dense};
    });
  }

  /**
   * Counts an optimizer step.
   *
   * @param samples        samples of its batch
   * @param denseGradient  whether it computed the gradient at all positions. @defaultValue false
   * @throws RangeError if `samples` is not a positive integer
   */
  step(samples: number, denseGradient = false): void {
    checkSamples('FlopsLedger', samples);
    for (const account of this.accounts) {
      const {sparse} = forwardFlops([account.layer]);
      account.forward += samples * sparse;
      account.dense += 3 * samples * account.full;
      if (denseGradient) account.denseGradient += samples * (account.full - sparse);
    }
  }

  /**
   * Takes over the numbers of connections after an update of the topology; they count from the next step on.
   *
   * @param layers  those that changed; others keep theirs
   * @throws RangeError if there is no such layer, or nnz is out of range
   */
  update(layers: readonly {readonly name: string; readonly nnz: number}[]): void {
    for (const {name, nnz} of layers) {
      const account = this.accounts.find((account) => account.name === name);
      if (!account) {
        throw new RangeError(
          `FlopsLedger: name must be that of a layer, received "${name}". ` +
            `The layers are ${this.accounts.map(({name}) => name).join(', ')}.`,
        );
      }
      const layer = {...account.layer, nnz};
      checkFlopsLayer('FlopsLedger', layer);
      account.layer = layer;
    }
  }

  /** The operations so far of each layer. */
  get layers(): LayerTrainingFlops[] {
    return this.accounts.map(({name, forward, denseGradient, dense}) => ({
      name,
      forward,
      backward: 2 * forward,
      denseGradient,
      total: 3 * forward + denseGradient,
      dense,
    }));
  }

  /** The operations so far of all layers. */
  get total(): TrainingFlops {
    const layers = this.layers;
    const sum = (key: keyof TrainingFlops) => layers.reduce((sum, layer) => sum + layer[key], 0);
    return {
      forward: sum('forward'),
      backward: sum('backward'),
      denseGradient: sum('denseGradient'),
      total: sum('total'),
      dense: sum('dense'),
    };
  }

  /** What was counted, as plain JSON, for a checkpoint. */
  toJSON(): LayerTrainingFlops[] {
    return this.layers;
  }
}

/** Throws unless the counts of a layer are such as a ledger keeps. */
function checkCounts(counts: LayerTrainingFlops): void {
  const {name, forward, backward, denseGradient, total, dense} = (counts ?? {}) as Partial<LayerTrainingFlops>;
  const isAmount = (value: unknown) => Number.isFinite(value) && (value as number) >= 0;
  if (
    typeof name !== 'string' ||
    ![forward, denseGradient, dense].every(isAmount) ||
    backward !== 2 * forward! ||
    total !== 3 * forward! + denseGradient! ||
    total > dense! * (1 + ROUNDING)
  ) {
    throw new Error(
      `FlopsLedger: saved must be what toJSON() returned, received counts of ${describeValue(name)} that contradict each other. ` +
        'They were damaged: load them again, or use an earlier checkpoint.',
    );
  }
}

/** Throws unless this is the number of samples of a batch. */
export function checkSamples(where: string, samples: number): void {
  if (!(Number.isInteger(samples) && samples > 0)) {
    throw new RangeError(
      `${where}: samples must be a positive integer, received ${samples}. Pass the number of samples of the batch.`,
    );
  }
}
