import type {TrainingFlops} from '../flops/flopsLedger.ts';
import type {ForwardFlops} from '../flops/forwardFlops.ts';
import type {ParameterBytes} from '../flops/parameterBytes.ts';
import type {TopologyPicture} from './topologyPicture.ts';

/** What tells a log of this library from other JSON, and its lines from later ones. */
export const RUN_FORMAT = {format: 'itop-run', version: 1} as const;

/** Measured values by name, open to new ones; null where there is none, or where it was not finite. */
export interface Measures {
  readonly [name: string]: number | readonly number[] | null;
}

/** A layer with a kernel, as the first line tells of it. */
export interface RunLayer {
  readonly name: string;
  /** Dense shape of the kernel. */
  readonly shape: readonly number[];
  /** Output positions per sample. */
  readonly positions: number;
  /** Active connections at the start. */
  readonly nnz: number;
  readonly isSparse: boolean;
}

/** The first line of a log, and of every part that was appended later. */
export interface StartLine {
  readonly type: 'start';
  readonly format: 'itop-run';
  readonly version: 1;
  readonly name: string;
  /** ISO 8601. */
  readonly date: string;
  /** Optimizer steps made before; lines of later steps that stand before this one were lost to the training. */
  readonly step: number;
  readonly backend: string;
  readonly settings: {readonly [name: string]: unknown};
  /** `[height, width, channels]` of the inputs, if they are images. */
  readonly imageShape: readonly number[] | null;
  readonly layers: readonly RunLayer[];
  /** Layers with kernels whose operations are not counted. */
  readonly notCounted: readonly string[];
  /** Operations of a forward pass of one sample. */
  readonly forward: ForwardFlops;
  readonly bytes: ParameterBytes;
}

/** An update of the connectivity. */
export interface UpdateLine {
  readonly type: 'update';
  readonly step: number;
  /** Since the start of the run, pauses not counted. */
  readonly seconds: number;
  /** `dropFraction`, `dropped`, `grown`, `density`, `explorationRate`, and what else the tracker knows. */
  readonly measures: Measures;
  /** The same by layer. */
  readonly layers: {readonly [layer: string]: Measures};
}

/** The end of an epoch. */
export interface EpochLine {
  readonly type: 'epoch';
  /** 1 for the first. */
  readonly epoch: number;
  readonly step: number;
  readonly seconds: number;
  /** Loss and metrics by the names that `fit` gives them. */
  readonly metrics: Measures;
  /** `density`; with a scheduler `explorationRate`, `reliableRate` and `survivalCurve`; and the measures that were asked for. */
  readonly measures: Measures;
  /** Operations since the start of the run. */
  readonly flops: TrainingFlops;
  /** `flops`: operations since the start; `density`. */
  readonly layers: {readonly [layer: string]: Measures};
}

/** What the topologies look like. */
export interface PicturesLine {
  readonly type: 'pictures';
  readonly step: number;
  readonly layers: readonly (TopologyPicture & {readonly name: string})[];
}

/** One line of a log. As text it also has `n`, its number since the start line, which is 0, and `crc`, a checksum of all before it. */
export type RunLine = StartLine | UpdateLine | EpochLine | PicturesLine;
