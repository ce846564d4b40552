import * as tf from '@tensorflow/tfjs';
import {type DSTScheduler, RunLog, summary, type UpdateReport} from 'itop';
import {type Batch, oneHot} from 'itop/data';
import type {Task} from './tasks.ts';

/** Steps whose time is averaged. */
const TIMED_STEPS = 50;

/** A network in training, with its log. */
export class Learner {
  readonly lines: string[] = [];
  readonly log: RunLog;
  /** Of a network whose connections move. */
  readonly scheduler: DSTScheduler | undefined;
  /** Of the latest step. */
  loss = Number.NaN;
  accuracy = 0;
  private readonly times: number[] = [];
  private readonly optimizer: tf.Optimizer;

  constructor(
    readonly model: tf.LayersModel,
    private readonly task: Task,
    options: {
      readonly name: string;
      readonly settings: Readonly<Record<string, unknown>>;
      readonly schedule?: (model: tf.LayersModel) => DSTScheduler;
    },
  ) {
    const {name, settings, schedule} = options;
    this.optimizer = tf.train.momentum(task.learningRate, 0.9);
    model.compile({optimizer: this.optimizer, loss: 'categoricalCrossentropy'});
    this.scheduler = schedule?.(model);
    const {sampleShape} = task.train;
    this.log = new RunLog(model, (line) => this.lines.push(line), {
      name,
      settings,
      ...(this.scheduler ? {scheduler: this.scheduler} : {}),
      ...(sampleShape[0] > 1 ? {imageShape: sampleShape} : {}),
    });
  }

  /** Milliseconds of a step, the mean of the last ones. */
  get milliseconds(): number {
    return this.times.reduce((sum, time) => sum + time, 0) / Math.max(1, this.times.length);
  }

  /** Connections of all kernels, and bytes of all parameters. */
  size(): {connections: number; bytes: number} {
    const {layers, bytes} = summary(this.model);
    return {connections: layers.reduce((sum, {nnz}) => sum + nnz, 0), bytes};
  }

  /** Trains with a batch, and updates the connections if that is due. */
  async step({inputs, labels, count}: Batch): Promise<UpdateReport | undefined> {
    const x = tf.tensor2d(inputs, [count, inputs.length / count]);
    const y = tf.tensor2d(oneHot(labels, this.task.train.classes), [count, this.task.train.classes]);
    const begin = performance.now();
    try {
      this.loss = (await this.model.trainOnBatch(x, y)) as number;
      const report = await this.log.step(count);
      this.times.push(performance.now() - begin);
      if (this.times.length > TIMED_STEPS) this.times.shift();
      return report;
    } finally {
      tf.dispose([x, y]);
    }
  }

  /** The probabilities of each class, `[count · classes]`. */
  async predict(inputs: Float32Array, count: number): Promise<Float32Array> {
    const output = tf.tidy(() => this.model.predict(tf.tensor2d(inputs, [count, inputs.length / count])) as tf.Tensor);
    const probabilities = (await output.data()) as Float32Array;
    output.dispose();
    return probabilities;
  }

  /** Measures the share of samples that are classified right. */
  async test({inputs, labels, count}: Batch): Promise<void> {
    const {classes} = this.task.train;
    const probabilities = await this.predict(inputs, count);
    const right = labels.filter((label, i) => {
      const own = probabilities.subarray(i * classes, (i + 1) * classes);
      return own.every((value) => value <= own[label]);
    });
    this.accuracy = right.length / count;
  }

  dispose(): void {
    this.optimizer.dispose();
    this.model.dispose();
  }
}
