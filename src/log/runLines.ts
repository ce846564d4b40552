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
  /** Path of the layer in the model. */
  readonly name: string;
  /** Dense shape of the kernel. */
  readonly shape: readonly number[];
  /** Output positions per sample; 0 where they are unknown. */
  readonly positions: number;
  /** Active connections at the start. */
  readonly nnz: number;
  /** Whether the kernel is held sparse. */
  readonly isSparse: boolean;
}

/** The first line of a log, and of every part that was appended later. */
export interface StartLine {
  /** Kind of the line. */
  readonly type: 'start';
  /** Tells a log from other JSON. */
  readonly format: 'itop-run';
  /** Of the layout. */
  readonly version: 1;
  /** The name that the log was given. */
  readonly name: string;
  /** ISO 8601. */
  readonly date: string;
  /** Optimizer steps made before; lines of later steps that stand before this one were lost to the training. */
  readonly step: number;
  /** The backend of TensorFlow.js at the start. */
  readonly backend: string;
  /** What the user noted of the run. */
  readonly settings: {readonly [name: string]: unknown};
  /** `[height, width, channels]` of the inputs, if they are images. */
  readonly imageShape: readonly number[] | null;
  /** The layers with a kernel. */
  readonly layers: readonly RunLayer[];
  /** Layers with kernels whose operations are not counted. */
  readonly notCounted: readonly string[];
  /** Operations of a forward pass of one sample. */
  readonly forward: ForwardFlops;
  /** Bytes of the parameters. */
  readonly bytes: ParameterBytes;
}

/** An update of the connectivity. */
export interface UpdateLine {
  /** Kind of the line. */
  readonly type: 'update';
  /** Optimizer steps made. */
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
  /** Kind of the line. */
  readonly type: 'epoch';
  /** 1 for the first. */
  readonly epoch: number;
  /** Optimizer steps made. */
  readonly step: number;
  /** Since the start of the run, pauses not counted. */
  readonly seconds: number;
  /** Loss and metrics by the names that `fit` gives them. */
  readonly metrics: Measures;
  /** `density`; with a scheduler `explorationRate`, `reliableRate` and `survivalCurve`; and the measures that were asked for. */
  readonly measures: Measures;
  /** Operations since the start of the run. */
  readonly flops: TrainingFlops;
  /** `density`; `flops`, operations since the start, where they are counted; with a scheduler `explorationRate`. */
  readonly layers: {readonly [layer: string]: Measures};
}

/** What the topologies look like. */
export interface PicturesLine {
  /** Kind of the line. */
  readonly type: 'pictures';
  /** Optimizer steps made. */
  readonly step: number;
  /** A picture for each sparse layer. */
  readonly layers: readonly (TopologyPicture & {readonly name: string})[];
}

/** One line of a log. As text it also has `n`, its number since the start line, which is 0, and `crc`, a checksum of all before it. */
export type RunLine = StartLine | UpdateLine | EpochLine | PicturesLine;
