import * as tf from '@tensorflow/tfjs';
import {hostView} from '../kernels/hostMemory.ts';
import type {HeapPart} from '../kernels/wasm/heap.ts';
import {OutOfMemory} from '../kernels/wasm/memoryPool.ts';
import {NotCovered} from '../layers/kinds/notCovered.ts';
import {accept, policyOf, refuse} from '../layers/nonFinite.ts';
import type {Arena} from './arena.ts';
import type {BatchMemory} from './batchMemory.ts';
import {backwardProgram, contextOf, forwardProgram, prepareProgram} from './compile/compile.ts';
import {fieldsOf} from './compiledModel.ts';
import {dropoutSource, rememberDraws} from './dropoutSource.ts';
import {featuresOf} from './images.ts';
import {evaluationOf, type Goal, type Loss, lossOf, outputOf} from './loss.ts';
import {reasonAgainstLoss} from './lossFunctions.ts';
import {PlanMemory} from './memory.ts';
import {makeSlots, type OptimizerPlan, optimizerPlanOf, slotsFit} from './optimizers.ts';
import type {Plan} from './plan.ts';
import {planOf} from './planner.ts';
import type {Program} from './program.ts';
import {Programs} from './programs.ts';
import {Recording} from './recording.ts';
import {PlanChoice} from './strips.ts';
import {type CompiledProgram, ThreadFailure} from './threadPool.ts';
import {samplesAtOnce, threadsFor} from './workload.ts';

/** What a model has in the heap; nothing of it knows the model or its layers, which may know models in turn. */
interface Holdings {
  readonly arena: Arena;
  readonly part: HeapPart;
  readonly programs: Programs;
}

/** A step that must not be taken, since its numbers are not finite. */
class NonFiniteStep extends Error {
  /** @param values  loss and metrics of the step */
  constructor(readonly values: tf.Tensor[]) {
    super('the step is not finite');
  }
}

/** Gives back what models have that are gone. */
const forgotten = new FinalizationRegistry<Holdings>(giveBack);

/**
 * A model in the heap of the loops, where it trains and predicts.
 *
 * The model's variables and the optimizer's slots are read where anyone has changed them since the last call, and hold the new
 * values after a training step. Nothing of a step that fails shows: the next one reads all of them again.
 */
export class FusedModel {
  private readonly plan: Plan;
  private readonly plans: PlanChoice;
  private memory?: PlanMemory;
  private programs = new Programs();
  /** True while the heap has what predictions need of the weights. */
  private isPrepared = false;
  /** The fewest samples for which the heap had no room, and the bytes that were in use then. */
  private refused = {samples: Number.POSITIVE_INFINITY, bytesInUse: 0};

  /** @throws NotCovered if the model has no form in the loops */
  constructor(
    private readonly model: tf.LayersModel,
    private readonly arena: Arena,
  ) {
    this.plan = planOf(model);
    this.plans = new PlanChoice(this.plan);
  }

  /** How the loops do what the model's optimizer does, or why they cannot take its steps. */
  trainingPlan(): OptimizerPlan | NotCovered {
    const optimizer = optimizerPlanOf(this.model);
    return optimizer instanceof NotCovered ? optimizer : (reasonAgainstLoss(this.model) ?? optimizer);
  }

  /**
   * One training step.
   *
   * @param x        `[batch, ...]`, float32
   * @param target   as the model's loss takes it
   * @param weights  of the samples. @defaultValue all the same
   * @returns the loss with its penalties, then the metrics; undefined where stock ops must take the step: with slots of
   * another model, where nothing is trained, and where the heap has no room
   * @throws Error if a thread fails: then the step was not taken
   */
  train(x: tf.Tensor, target: tf.Tensor, weights?: tf.Tensor): tf.Tensor[] | undefined {
    const optimizer = this.trainingPlan();
    if (optimizer instanceof NotCovered || !slotsFit(this.model, optimizer)) return undefined;
    const hyper = optimizer.hyper();
    const trained = fieldsOf(this.model).collectedTrainableWeights.map(isTrainable);
    if (!hyper || !trained.includes(true)) return undefined;
    const putBack = rememberDraws(this.model);
    try {
      const values = this.attempt(x.shape[0], () => this.step(x, {target, weights}, optimizer, hyper, trained));
      if (values) accept(this.model);
      return values;
    } catch (error) {
      putBack();
      if (error instanceof NonFiniteStep) return refuse(this.model, error.values);
      throw error;
    }
  }

  /**
   * Predictions.
   *
   * @param x  `[samples, ...]`, float32
   * @returns `[samples, ...]`, the model's output; undefined where the heap has no room
   */
  predict(x: tf.Tensor): tf.Tensor | undefined {
    const z = this.forward(x);
    return z && tf.tidy(() => outputOf(this.model, this.plan, z, x.shape[0]));
  }

  /**
   * @returns the loss without penalties, then the metrics, as `evaluate` and validation have them; undefined where the heap has no
   * room
   */
  evaluate(x: tf.Tensor, target: tf.Tensor): tf.Tensor[] | undefined {
    const z = this.forward(x);
    return z && evaluationOf(this.model, this.plan, z, x.shape[0], target);
  }

  /** Gives the memory back; the next call takes it anew. */
  release(): void {
    const holdings = this.letGo();
    if (holdings) giveBack(holdings);
  }

  private step(
    x: tf.Tensor,
    goal: Goal,
    optimizer: OptimizerPlan,
    hyper: readonly number[],
    trained: readonly boolean[],
  ): tf.Tensor[] {
    const memory = this.trainingMemory(optimizer);
    const batch = x.shape[0];
    const plan = this.plans.of(batch);
    if (memory.reserve(plan, batch, true)) this.programs.discard();
    const room = memory.batchOf(plan);
    memory.train(trained);
    memory.loadWeights();
    memory.write(memory.hyper, hyper);
    memory.write(memory.seed, [dropoutSource(this.model)()]);
    room.layOut(batch);
    memory.write(room.input, hostView(x));
    const threads = threadsFor(this.arena, this.plan, batch, 3);
    const context = contextOf(plan, memory, batch, threads, true);
    this.isPrepared = false;
    // Both before the first runs: what is out of room is so before anything has changed.
    const forward = this.program(`forward/${batch}`, threads, () => [
      ...prepareProgram(context),
      ...forwardProgram(context),
    ]);
    const backward = this.program(`backward/${batch}/${trained.map(Number).join('')}`, threads, () =>
      backwardProgram(context, optimizer),
    );
    const recording = new Recording(this.plan, plan, memory, batch);
    let outputs: tf.Tensor[] = [];
    try {
      this.arena.threadPool().run(forward);
      const {values, gradient} = this.loss(memory, room, batch, goal);
      outputs = values;
      memory.write(room.outputGradient, gradient);
      // After the loss, which may throw: then tfjs has made no slots, either.
      makeSlots(this.model, optimizer);
      memory.loadSlots(optimizer.slots());
      this.arena.threadPool().run(backward);
      if (policyOf(this.model) === 'skip' && !memory.hasFiniteGradients()) throw new NonFiniteStep(values);
      recording.record();
      memory.storeAverages();
      memory.store(optimizer.slots());
      optimizer.advance();
      return values;
    } catch (error) {
      // A step that is refused tells its loss all the same.
      if (!(error instanceof NonFiniteStep)) tf.dispose(outputs);
      throw error;
    } finally {
      recording.end();
    }
  }

  /**
   * The loss of the forward pass. If it throws, what that pass has made of the moving averages is stored: so does tfjs.
   *
   * @throws NonFiniteStep if the step must not be taken
   */
  private loss(memory: PlanMemory, room: BatchMemory, batch: number, goal: Goal): Loss {
    let loss: Loss;
    try {
      loss = lossOf(this.model, this.plan, this.readOutput(memory, room, batch), batch, goal);
    } catch (error) {
      memory.storeAverages();
      throw error;
    }
    const [value] = loss.values[0].dataSync();
    if (!Number.isFinite(value) && policyOf(this.model) !== 'ignore') throw new NonFiniteStep(loss.values);
    return loss;
  }

  /** The output before the head, batch-major. */
  private forward(x: tf.Tensor): Float32Array | undefined {
    const samples = x.shape[0];
    const most = samplesAtOnce(this.arena, this.plan, samples);
    return this.attempt(most, () => {
      const memory = this.memory ?? this.takeMemory([], 0);
      if (memory.followTopologies()) this.topologiesChanged();
      if (memory.loadWeights()) this.isPrepared = false;
      const threads = threadsFor(this.arena, this.plan, most, 1);
      const run = (name: string, compile: () => Program) =>
        this.arena.threadPool().run(this.program(name, threads, compile));
      const [inputs, outputs] = [this.plan.buffers[0], this.plan.buffers[this.plan.output]].map(featuresOf);
      const result = new Float32Array(samples * outputs);
      for (let begin = 0; begin < samples; begin += most) {
        const count = Math.min(most, samples - begin);
        const plan = this.plans.of(count);
        if (memory.reserve(plan, count, false)) this.programs.discard();
        const room = memory.batchOf(plan);
        const context = () => contextOf(plan, memory, count, threads, false);
        if (!this.isPrepared) run('prepare', () => prepareProgram(context()));
        this.isPrepared = true;
        room.layOut(count);
        memory.write(room.input, hostView(x).subarray(begin * inputs, (begin + count) * inputs));
        run(`predict/${count}`, () => forwardProgram(context()));
        result.set(this.readOutput(memory, room, count), begin * outputs);
      }
      return result;
    });
  }

  /**
   * Does something in the heap. Where it fails, numbers are left there that no variable has: all is given back, and taken from the
   * variables anew.
   *
   * @returns undefined if the heap has no room for so many samples
   */
  private attempt<Result>(samples: number, run: () => Result): Result | undefined {
    const {arena} = this;
    const isAsFull = arena.heap.bytesInUse >= this.refused.bytesInUse;
    if (samples === 0 || (samples >= this.refused.samples && isAsFull)) return undefined;
    try {
      return run();
    } catch (error) {
      if (error instanceof ThreadFailure) {
        // Threads that still run write where they were told to.
        const holdings = this.letGo();
        void arena.endThreads().then(() => holdings && giveBack(holdings));
      } else this.release();
      if (!(error instanceof OutOfMemory)) throw error;
      this.refused = {samples, bytesInUse: arena.heap.bytesInUse};
      return undefined;
    }
  }

  /** Takes leave of what is in the heap, without giving it back. */
  private letGo(): Holdings | undefined {
    const {memory} = this;
    if (!memory) return undefined;
    const holdings = this.holdings(memory);
    forgotten.unregister(memory);
    this.memory = undefined;
    this.programs = new Programs();
    this.isPrepared = false;
    return holdings;
  }

  private readOutput(memory: PlanMemory, {output}: BatchMemory, batch: number): Float32Array {
    return memory.read(output, batch * featuresOf(this.plan.buffers[this.plan.output]));
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
    // A user from one memory to the next, so that the threads stay.
    this.arena.enter();
    this.release();
    const next = this.takeMemory(trainable, slotCount);
    this.arena.leave();
    return next;
  }

  private takeMemory(trainable: readonly tf.LayerVariable[], slotCount: number): PlanMemory {
    const memory = PlanMemory.take(this.arena, this.plan, trainable, slotCount);
    this.arena.enter();
    this.memory = memory;
    forgotten.register(this.model, this.holdings(memory), memory);
    return memory;
  }

  private holdings({part}: PlanMemory): Holdings {
    return {arena: this.arena, part, programs: this.programs};
  }

  private program(name: string, threads: number, compile: () => Program): CompiledProgram {
    return this.programs.get(this.memory!, `${name}/${threads}`, this.arena.threadPool(), threads, compile);
  }

  private topologiesChanged(): void {
    this.isPrepared = false;
    this.programs.discard();
  }
}

/** What tfjs goes by: of the variable, not of its weight. */
function isTrainable(weight: tf.LayerVariable): boolean {
  return (weight.read() as tf.Variable).trainable;
}

function giveBack({arena, part, programs}: Holdings): void {
  programs.discard();
  part.releaseAll();
  arena.leave();
}
