import * as tf from '@tensorflow/tfjs';
import {checkKind, checkOptions} from '../topology/checkKind.ts';

/** Options of {@link progressBar}. */
export interface ProgressBarOptions {
  /** Stands before the bar. @defaultValue nothing */
  readonly title?: string;
  /** Where to write. @defaultValue process.stderr */
  readonly stream?: ProgressStream;
}

/** What is used of a stream: `process.stdout`, `process.stderr`, or a file. */
export interface ProgressStream {
  /** True for a terminal. */
  readonly isTTY?: boolean;
  /** Width of the terminal. */
  readonly columns?: number;
  /** Writes text as it is. */
  write(text: string): unknown;
}

/** Milliseconds between two drawings; losses on a device are read as often. */
const DRAW_EVERY_MS = 100;
/** Milliseconds after which the time left is known well enough. */
const KNOWN_AFTER_MS = 2000;
const WIDTH = 24;

/**
 * A callback for `fit` and `fitDataset` that shows how far a training is: a bar in a terminal, one line for each epoch in a file or a
 * pipe. A custom loop calls its methods as `fit` does.
 *
 * @example
 * await model.fit(x, y, {epochs: 10, callbacks: [scheduler.callback(), progressBar()]});
 */
export function progressBar(options: ProgressBarOptions = {}): tf.Callback {
  return new ProgressBar(options);
}

class ProgressBar extends tf.Callback {
  private readonly title: string;
  private readonly stream: ProgressStream;
  private epochs = 0;
  private firstEpoch = 0;
  /** NaN where nobody knows. */
  private stepsPerEpoch = Number.NaN;
  private epoch = 0;
  private step = 0;
  private began = 0;
  private lastDrawn = 0;

  constructor(options: ProgressBarOptions) {
    super();
    checkOptions<ProgressBarOptions>('progressBar', options, {title: 1, stream: 1});
    const {title = '', stream = process.stderr} = options;
    checkKind('progressBar', 'title', 'a string', title, "Write {title: 'SET'}.");
    checkKind('progressBar', 'stream.write', 'a function', stream?.write, 'Pass process.stdout, or leave stream out.');
    this.title = title === '' ? '' : `${title}  `;
    this.stream = stream;
  }

  override async onTrainBegin(): Promise<void> {
    const advice = 'In a custom loop call setParams({epochs, steps}) first, as fit does.';
    checkKind('progressBar', 'params', 'an object', this.params, advice);
    const {epochs, initialEpoch, steps, samples, batchSize} = this.params as Record<string, number | null | undefined>;
    this.epochs = epochs!;
    this.firstEpoch = initialEpoch ?? 0;
    this.stepsPerEpoch = steps ?? Math.ceil(samples! / batchSize!);
    this.step = 0;
    this.began = performance.now();
    this.lastDrawn = 0;
  }

  override async onEpochBegin(epoch: number): Promise<void> {
    this.epoch = epoch;
  }

  override async onBatchEnd(_batch: number, logs: tf.Logs = {}): Promise<void> {
    this.step++;
    if (!this.stream.isTTY || performance.now() - this.lastDrawn < DRAW_EVERY_MS) return;
    this.draw(await numbers({loss: logs.loss}));
    this.lastDrawn = performance.now();
  }

  override async onEpochEnd(epoch: number, logs: tf.Logs = {}): Promise<void> {
    const metrics = await numbers(logs);
    if (this.stream.isTTY) this.draw(metrics);
    else this.stream.write(`${this.title}${this.fields(metrics, epoch + 1).join(', ')}\n`);
  }

  override async onTrainEnd(): Promise<void> {
    if (this.stream.isTTY) this.stream.write('\n');
  }

  private draw(metrics: Readonly<Record<string, number>>): void {
    // A loop may go on for longer than it said.
    const share = Math.min(1, this.step / this.total);
    const done = Math.round(WIDTH * share);
    const bar = Number.isFinite(share) ? `${'█'.repeat(done)}${'░'.repeat(WIDTH - done)} ${percent(share)}  ` : '';
    const [epoch, ...fields] = this.fields(metrics, this.epoch + 1);
    // A line that wraps could not be drawn over, and a number that is cut would be another one.
    const width = (this.stream.columns || 80) - 1;
    const line = fields.reduce(
      (line, field) => (line.length + 2 + field.length > width ? line : `${line}  ${field}`),
      `${this.title}${bar}${epoch}`.slice(0, width),
    );
    this.stream.write(`\r${line}\x1b[K`); // clears what a longer one left
  }

  private fields(metrics: Readonly<Record<string, number>>, epoch: number): string[] {
    const shown = Object.entries(metrics).map(([name, value]) => `${name} ${value.toFixed(4)}`);
    return [`epoch ${epoch} of ${this.epochs}`, ...shown, ...this.left()];
  }

  /** The time left, once it is known. */
  private left(): string[] {
    const elapsed = performance.now() - this.began;
    const left = (elapsed / this.step) * (this.total - this.step);
    return elapsed < KNOWN_AFTER_MS || !(left > 0) ? [] : [`${duration(left / 1000)} left`];
  }

  private get total(): number {
    return (this.epochs - this.firstEpoch) * this.stepsPerEpoch;
  }
}

/** Metrics on the host; those that are tensors are read. */
async function numbers(logs: Readonly<Record<string, number | tf.Tensor>>): Promise<Record<string, number>> {
  const values = Object.entries(logs)
    .filter(([name, value]) => value !== undefined && name !== 'batch' && name !== 'size')
    .map(async ([name, value]) => [name, typeof value === 'number' ? value : (await value.data())[0]] as const);
  return Object.fromEntries(await Promise.all(values));
}

function percent(share: number): string {
  return `${Math.floor(100 * share)} %`.padStart(5);
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
