import * as tf from '@tensorflow/tfjs';
import {hostView} from '../kernels/hostMemory.ts';
import {seededRandom} from '../topology/random.ts';
import {BatchMemory} from './batchMemory.ts';
import {backwardProgram, contextOf, forwardProgram, prepareProgram} from './compile/compile.ts';
import {fieldsOf} from './compiledModel.ts';
import {featuresOf} from './images.ts';
import {evaluationOf, lossOf, outputOf} from './loss.ts';
import {PlanMemory} from './memory.ts';
import {NotCovered} from './notCovered.ts';
import {hasSlots, type OptimizerPlan, optimizerPlanOf} from './optimizers.ts';
import type {Plan, ProductStep} from './plan.ts';
import {planOf} from './planner.ts';
import type {Program} from './program.ts';
import {Programs} from './programs.ts';
import {isRecorded, recordGradient} from './recording.ts';
import type {Workshop} from './workshop.ts';

/** Multiply-adds of a program from which on threads gain more than their waiting for each other takes. */
const LEAST_WORK = 8e6;

/** Bytes of the heap, which can have 4 GiB, up to which batches are given room. */
const MOST_BYTES = 3.5 * 2 ** 30;

/** Gives back the memory of models that are gone. */
const forgotten = new FinalizationRegistry<{memory: PlanMemory; programs: Programs}>(({memory, programs}) => {
  memory.release();
  programs.discard();
});

/**
 * A model in the heap of the loops, where it trains and predicts.
 *
 * The model's variables and the optimizer's slots are read where anyone has changed them since the last call, and hold the new
 * values after a training step.
 */
export class FusedModel {
  private readonly plan: Plan;
  private readonly random = seededRandom('dropout');
  private memory?: PlanMemory;
  private readonly programs = new Programs();
  /** True while the heap has what predictions need of the weights. */
  private isPrepared = false;

  /** @throws NotCovered if the model has no form in the loops */
  constructor(
    private readonly model: tf.LayersModel,
    private readonly workshop: Workshop,
  ) {
    this.plan = planOf(model);
  }

  /** How the loops do what the model's optimizer does, or why they cannot. */
  trainingPlan(): OptimizerPlan | NotCovered {
    return optimizerPlanOf(this.model);
  }

  /**
   * True if {@link train} can take a step: not before the optimizer has made its slots, which it does at its first step, nor
   * where the heap has too little room.
   */
  canTrain(batch: number): boolean {
    const optimizer = this.trainingPlan();
    return !(optimizer instanceof NotCovered) && hasSlots(this.model, optimizer) && this.hasRoomFor(batch, true);
  }

  /** True if {@link predict} has room. */
  canPredict(batch: number): boolean {
    return this.hasRoomFor(Math.min(batch, this.samplesAtOnce(batch)), false);
  }

  /**
   * One training step.
   *
   * @param x       `[batch, ...]`, float32
   * @param target  as the model's loss takes it
   * @returns the loss with its penalties, then the metrics
   * @throws Error if a thread fails: then the step was not taken
   */
  train(x: tf.Tensor, target: tf.Tensor): tf.Tensor[] {
    const optimizer = this.trainingPlan() as OptimizerPlan;
    const memory = this.trainingMemory(optimizer);
    const batch = x.shape[0];
    if (memory.reserve(batch, true)) this.programs.discard();
    this.load(memory, optimizer);
    memory.write(memory.hyper, optimizer.hyper());
    memory.write(memory.seed, [this.random()]);
    memory.batch.layOut(batch);
    memory.write(memory.batch.input, hostView(x));
    const threads = this.threadsFor(batch, 3);
    const context = contextOf(this.plan, memory, batch, threads, true);
    this.isPrepared = false;
    this.run(`forward/${batch}`, threads, () => [...prepareProgram(context), ...forwardProgram(context)]);
    const {values, gradient} = lossOf(this.model, this.plan, this.readOutput(memory, batch), batch, target);
    memory.write(memory.batch.outputGradient, gradient);
    this.run(`backward/${batch}`, threads, () => backwardProgram(context, optimizer));
    for (const step of memory.products.keys()) {
      if (isRecorded(step)) recordGradient(this.plan, memory, step, batch);
    }
    this.store(memory, optimizer);
    optimizer.advance();
    return values;
  }

  /**
   * Predictions.
   *
   * @param x  `[samples, ...]`, float32
   * @returns `[samples, ...]`, the model's output
   */
  predict(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => outputOf(this.model, this.plan, this.forward(x), x.shape[0]));
  }

  /** @returns the loss without penalties, then the metrics, as `evaluate` and validation have them */
  evaluate(x: tf.Tensor, target: tf.Tensor): tf.Tensor[] {
    return evaluationOf(this.model, this.plan, this.forward(x), x.shape[0], target);
  }

  /** Gives the memory back; the next call takes it anew. */
  release(): void {
    if (this.memory) forgotten.unregister(this.memory);
    this.memory?.release();
    this.memory = undefined;
    this.isPrepared = false;
    this.programs.discard();
  }

  /** The output before the head, batch-major; as many samples at a time as keep the threads busy. */
  private forward(x: tf.Tensor): Float32Array {
    const memory = this.memory ?? this.takeMemory([], 0);
    if (memory.followTopologies()) this.topologiesChanged();
    const samples = x.shape[0];
    const most = Math.min(samples, this.samplesAtOnce(samples));
    if (memory.reserve(most, false)) this.programs.discard();
    if (this.loadWeights(memory)) this.isPrepared = false;
    const threads = this.threadsFor(most, 1);
    if (!this.isPrepared) {
      this.run('prepare', threads, () => prepareProgram(contextOf(this.plan, memory, most, threads, false)));
      this.isPrepared = true;
    }
    const [inputs, outputs] = [this.plan.buffers[0], this.plan.buffers[this.plan.output]].map(featuresOf);
    const result = new Float32Array(samples * outputs);
    for (let begin = 0; begin < samples; begin += most) {
      const count = Math.min(most, samples - begin);
      memory.batch.layOut(count);
      memory.write(memory.batch.input, hostView(x).subarray(begin * inputs, (begin + count) * inputs));
      this.run(`predict/${count}`, threads, () => forwardProgram(contextOf(this.plan, memory, count, threads, false)));
      result.set(this.readOutput(memory, count), begin * outputs);
    }
    return result;
  }

  private readOutput(memory: PlanMemory, batch: number): Float32Array {
    return memory.read(memory.batch.output, batch * featuresOf(this.plan.buffers[this.plan.output]));
  }

  /** The memory for training steps: frozen layers and another optimizer make another, connectivity updates do not. */
  private trainingMemory(optimizer: OptimizerPlan): PlanMemory {
    const trainable = fieldsOf(this.model).collectedTrainableWeights;
    const slotCount = optimizer.slots().length;
    const {memory} = this;
    if (memory && memory.trainable === trainable && memory.slotCount === slotCount) {
      if (memory.followTopologies()) this.topologiesChanged();
      return memory;
    }
    // Stays inside from one memory to the next, so that the threads stay, too.
    this.workshop.enter();
    this.release();
    const next = this.takeMemory(trainable, slotCount);
    this.workshop.leave();
    return next;
  }

  private takeMemory(trainable: readonly tf.LayerVariable[], slotCount: number): PlanMemory {
    const memory = new PlanMemory(this.workshop, this.plan, trainable, slotCount);
    this.memory = memory;
    forgotten.register(this.model, {memory, programs: this.programs}, memory);
    return memory;
  }

  /** A failed program leaves numbers in the heap that no variable has: the next step takes them from the variables anew. */
  private run(name: string, threads: number, program: () => Program): void {
    const crew = this.workshop.crew();
    const compiled = this.programs.get(this.memory!, `${name}/${threads}`, crew, threads, program);
    try {
      crew.run(compiled);
    } catch (error) {
      this.workshop.endCrew();
      this.release();
      throw error;
    }
  }

  private topologiesChanged(): void {
    this.isPrepared = false;
    this.programs.discard();
  }

  /** @param passes  how often each connection is gone through: forward, and twice backward */
  private threadsFor(batch: number, passes: number): number {
    return passes * this.workOf(batch) < LEAST_WORK ? 1 : this.workshop.available();
  }

  /** Samples that predictions go through the heap with. */
  private samplesAtOnce(samples: number): number {
    return this.plan.block * this.threadsFor(samples, 1);
  }

  /** Multiply-adds of a forward pass. */
  private workOf(batch: number): number {
    const products = this.plan.steps.filter((step): step is ProductStep => step.kind === 'product');
    return products.reduce((sum, {window, layer}) => {
      const connections = layer.weights[0].shape.reduce((size: number, n) => size * n!, 1);
      return sum + batch * connections * window.outHeight * window.outWidth;
    }, 0);
  }

  private hasRoomFor(batch: number, isTraining: boolean): boolean {
    if (batch === 0) return false;
    const missing = this.memory?.missingFor(batch, isTraining) ?? BatchMemory.bytesFor(this.plan, batch, isTraining);
    return missing === 0 || this.workshop.heap.bytesInUse + missing <= MOST_BYTES;
  }

  private load(memory: PlanMemory, optimizer: OptimizerPlan): void {
    this.loadWeights(memory);
    const lists = optimizer.slots();
    for (const {index, slots} of memory.parameters()) {
      for (const [i, slot] of slots.entries()) slot.load(lists[i][index]!.variable);
    }
  }

  /** @returns true if any had changed */
  private loadWeights(memory: PlanMemory): boolean {
    let hasChanged = false;
    for (const {weight, values} of memory.weights()) {
      if (values.load(weight.read() as tf.Variable)) hasChanged = true;
    }
    return hasChanged;
  }

  private store(memory: PlanMemory, optimizer: OptimizerPlan): void {
    const lists = optimizer.slots();
    for (const {index, weight, values, slots} of memory.parameters()) {
      if (index < 0) continue;
      values.store(weight.read() as tf.Variable);
      for (const [i, slot] of slots.entries()) slot.store(lists[i][index]!.variable);
    }
    for (const {weight, values} of memory.movingAverages()) values.store(weight.read() as tf.Variable);
  }
}
