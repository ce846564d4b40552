/** What the page and its worker say to each other. */

/** Data sets: digits that the library draws, files that were dropped on the page, and points in the plane. */
export const DATA = ['digits', 'circle', 'xor', 'moons', 'spirals', 'files'] as const;
export const METHODS = ['set', 'unexplored', 'rigl', 'static', 'gmp', 'snfs', 'dsr', 'mest', 'granet'] as const;
export const DISTRIBUTIONS = ['erdosRenyi', 'uniform'] as const;
export const BACKENDS = ['wasm', 'webgpu', 'cpu'] as const;

export type DataName = (typeof DATA)[number];
export type MethodName = (typeof METHODS)[number];
export type BackendName = (typeof BACKENDS)[number];

/** Everything that a run is made of. */
export interface Settings {
  readonly data: DataName;
  readonly method: MethodName;
  /** Active over all connections. */
  readonly density: number;
  /** ΔT, in optimizer steps. */
  readonly interval: number;
  /** P, the share of the connections that the first update replaces. */
  readonly fraction: number;
  readonly distribution: (typeof DISTRIBUTIONS)[number];
  /** Optimizer steps of the run. */
  readonly steps: number;
  readonly seed: number;
  readonly backend: BackendName;
  /** Whether the dense network is trained beside the sparse one. */
  readonly dense: boolean;
}

/** A file that was dropped on the page. */
export interface DroppedFile {
  readonly name: string;
  readonly bytes: ArrayBuffer;
}

/** A model in the two files of TensorFlow.js: `model.json`, and its weights. */
export interface ModelFiles {
  readonly json: string;
  readonly weights: ArrayBuffer;
}

/** One value of the sparse network and one of the dense, where that is trained. */
export interface Pair<Value = number> {
  readonly sparse: Value;
  readonly dense?: Value;
}

/** What is known of a run before its first step. */
export interface RunInfo {
  readonly settings: Settings;
  /** `784-128-64-10`. */
  readonly network: string;
  /** Active over all connections of a model that was loaded; none where the settings alone made the network. */
  readonly loadedDensity?: number;
  /** `[height, width, channels]` of the inputs, or `[2]` for points of the plane. */
  readonly inputShape: readonly number[];
  readonly classes: number;
  /** For instance `wasm, 2 threads`. */
  readonly runsOn: string;
  /** Points of the plane to draw, with their classes. */
  readonly points?: {readonly xy: Float32Array; readonly labels: Uint8Array};
  /** R_s that the planner expects, at step 0 and at each update; none where growth follows the gradient, or updates are very many. */
  readonly forecast?: readonly {readonly step: number; readonly rate: number}[];
}

/** Where a run is. */
export interface Progress {
  readonly step: number;
  readonly loss: Pair;
  readonly accuracy: Pair;
  /** Of a training step, the mean of the last ones. */
  readonly milliseconds: Pair;
  /** Operations of the training so far. */
  readonly flops: Pair;
  readonly connections: Pair;
  readonly bytes: Pair;
  /** R_s. */
  readonly rate: number;
  /** R_s of the connections that outlived an update. */
  readonly reliableRate: number;
}

/** A sparse layer at one moment: a connection is its place, its weight and its age. */
export interface LayerFrame {
  readonly name: string;
  readonly rows: number;
  readonly cols: number;
  /** `row · cols + col`, ascending. */
  readonly positions: Int32Array;
  readonly values: Float32Array;
  /** In optimizer steps, as of the last update. */
  readonly ages: Int32Array;
}

/** The sparse network at one moment. */
export interface Frame {
  readonly step: number;
  readonly rate: number;
  readonly layers: readonly LayerFrame[];
}

/** An update of the connections. */
export interface Update {
  readonly step: number;
  /** Connections dropped, over those that there were. */
  readonly dropped: number;
  /** Share that was kept of what the update before had grown; null at the first. */
  readonly survival: number | null;
  readonly grown: number;
}

/** How sure each network is that a point belongs to class 1: `[size · size]`, 0 … 255, the upper left corner first. */
export interface Boundary {
  readonly size: number;
  readonly maps: Pair<Uint8Array>;
}

export type RunState = 'running' | 'paused' | 'done';

export type ToWorker =
  | {readonly type: 'start'; readonly settings: Settings}
  /** Begins a run from a model that was saved. */
  | {readonly type: 'load'; readonly settings: Settings; readonly model: ModelFiles}
  | {readonly type: 'run'}
  | {readonly type: 'pause'}
  /** Makes some steps, or those to the next update. */
  | {readonly type: 'step'; readonly until: 'step' | 'update'}
  | {readonly type: 'files'; readonly files: readonly DroppedFile[]}
  /** `[height · width]`: classify this image, now and as the networks change; none to stop that. */
  | {readonly type: 'classify'; readonly pixels?: Uint8Array}
  /** Asks for an image of the test set. */
  | {readonly type: 'sample'}
  | {readonly type: 'save'}
  | {readonly type: 'log'};

export type FromWorker =
  | {readonly type: 'started'; readonly info: RunInfo}
  | {readonly type: 'progress'; readonly progress: Progress}
  /** Where a run is, between two reports of its progress. */
  | {readonly type: 'at'; readonly step: number}
  | {readonly type: 'frame'; readonly frame: Frame; readonly update?: Update}
  | {readonly type: 'boundary'; readonly boundary: Boundary}
  | {readonly type: 'classified'; readonly probabilities: Pair<Float32Array>}
  | {readonly type: 'sample'; readonly pixels: Uint8Array}
  | {readonly type: 'state'; readonly state: RunState}
  | {readonly type: 'files'; readonly text: string}
  | {readonly type: 'saved'; readonly model: ModelFiles}
  /** The lines of each network's log. */
  | {readonly type: 'log'; readonly logs: readonly string[]}
  /** What was asked for, or the run itself, failed; the run is in this state now, or there is none. */
  | {
      readonly type: 'failed';
      readonly asked: ToWorker['type'];
      readonly message: string;
      readonly state: RunState | 'none';
    };
