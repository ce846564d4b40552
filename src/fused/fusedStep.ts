import type * as tf from '@tensorflow/tfjs';
import {hostView} from '../kernels/hostMemory.ts';
import {MaskedDense} from '../layers/maskedDense.ts';
import {seededRandom} from '../topology/random.ts';
import {compile} from './compile.ts';
import {fieldsOf} from './compiledModel.ts';
import type {Crew, CrewProgram} from './crew.ts';
import {lossOf} from './loss.ts';
import {PlanMemory} from './memory.ts';
import {type OptimizerPlan, optimizerPlan} from './optimizers.ts';
import {type Plan, planOf, topologyOf} from './plan.ts';
import type {Workshop} from './workshop.ts';

/** Multiply-adds of a step from which on threads gain more than their waiting for each other takes. */
const LEAST_WORK = 8e6;

/** The programs of a step for one size of batch. */
interface PreparedStep {
  readonly crew: Crew;
  readonly forward: CrewProgram;
  readonly backward: CrewProgram;
}

/** Gives back the memory of models that are gone. */
const forgotten = new FinalizationRegistry<PlanMemory>((memory) => memory.release());

/**
 * Training steps of one compiled model in the heap of the loops.
 *
 * The model's variables and the optimizer's slots are read where anyone has changed them since the last step, and hold the new
 * values after it.
 */
export class FusedStep {
  private readonly plan: Plan;
  private readonly optimizer: OptimizerPlan;
  private readonly random = seededRandom('dropout');
  private memory?: PlanMemory;
  private readonly programs = new Map<string, PreparedStep>();

  /** @throws NotCovered if the model or its optimizer has no form in the loops */
  constructor(
    private readonly model: tf.LayersModel,
    private readonly workshop: Workshop,
  ) {
    this.plan = planOf(model);
    this.optimizer = optimizerPlan(model.optimizer);
  }

  /** True unless gradients are to be recorded, once the optimizer has made its slots, which it does at its first step. */
  get isReady(): boolean {
    const isRecorded = ({kind, layer}: {kind: string; layer?: unknown}) =>
      kind === 'product' && layer instanceof MaskedDense && layer.sparseWeight.probe.isArmed;
    if (this.plan.steps.some(isRecorded)) return false;
    const count = fieldsOf(this.model).collectedTrainableWeights.length;
    return this.optimizer.slots().every((list) => list.length === count && list.every((slot) => slot != null));
  }

  /**
   * One training step.
   *
   * @param x       `[batch, ...]`, float32
   * @param target  as the model's loss takes it
   * @returns the loss with its penalties, then the metrics
   * @throws Error if a thread fails: then the step was not taken
   */
  run(x: tf.Tensor, target: tf.Tensor): tf.Tensor[] {
    const memory = this.current();
    const batch = x.shape[0];
    const {forward, backward} = this.programsFor(batch);
    const outputs = batch * this.plan.features[this.plan.output];
    this.load();
    memory.write(memory.hyper, this.optimizer.hyper());
    memory.write(memory.seed, [this.random()]);
    memory.write(memory.input, hostView(x));
    this.runOnCrew(forward);
    const {values, gradient} = lossOf(this.model, this.plan, memory.read(memory.output, outputs), batch, target);
    memory.write(memory.outputGradient, gradient);
    this.runOnCrew(backward);
    this.store();
    this.optimizer.advance();
    return values;
  }

  /** A failed program leaves numbers in the heap that no variable has: the next step takes them from the variables anew. */
  private runOnCrew(program: CrewProgram): void {
    try {
      this.workshop.crew().run(program);
    } catch (error) {
      this.workshop.endCrew();
      this.release();
      throw error;
    }
  }

  /** Gives the memory back; the next step takes it anew. */
  release(): void {
    if (this.memory) forgotten.unregister(this.memory);
    this.memory?.release();
    this.memory = undefined;
    this.discardPrograms();
  }

  /** The memory of the model as it is: connectivity updates and frozen layers make another. */
  private current(): PlanMemory {
    if (this.memory && this.isCurrent(this.memory)) return this.memory;
    // Stays inside from one memory to the next, so that the threads stay, too.
    this.workshop.enter();
    this.release();
    const slotCount = this.optimizer.slots().length;
    this.memory = new PlanMemory(this.workshop, this.plan, fieldsOf(this.model).collectedTrainableWeights, slotCount);
    forgotten.register(this.model, this.memory, this.memory);
    this.workshop.leave();
    return this.memory;
  }

  private isCurrent({products, trainable}: PlanMemory): boolean {
    return (
      trainable === fieldsOf(this.model).collectedTrainableWeights &&
      [...products].every(([step, {topology}]) => topologyOf(step) === topology)
    );
  }

  private programsFor(batch: number): PreparedStep {
    const crew = this.workshop.crew();
    const threads = this.workOf(batch) < LEAST_WORK ? 1 : this.workshop.available();
    const key = `${batch}/${threads}`;
    const known = this.programs.get(key);
    if (known?.crew === crew) return known;
    // Programs belong to their crew, and to the addresses of the batch.
    if (known || this.memory!.reserve(batch)) this.discardPrograms();
    const {forward, backward} = compile(this.plan, this.memory!, this.optimizer, batch, threads);
    const prepared = {crew, forward: crew.prepare(forward, threads), backward: crew.prepare(backward, threads)};
    this.programs.set(key, prepared);
    return prepared;
  }

  private discardPrograms(): void {
    for (const {crew, forward, backward} of this.programs.values()) {
      crew.discard(forward);
      crew.discard(backward);
    }
    this.programs.clear();
  }

  /** Multiply-adds of a step. */
  private workOf(batch: number): number {
    let connections = 0;
    for (const {topology} of this.memory!.products.values()) connections += topology.nnz;
    return 3 * batch * connections;
  }

  private load(): void {
    this.forEachVariable((mirror, variable) => mirror.load(variable));
  }

  private store(): void {
    this.forEachVariable((mirror, variable, isTrained) => isTrained && mirror.store(variable));
  }

  private forEachVariable(
    visit: (
      mirror: {load(v: tf.Variable): void; store(v: tf.Variable): void},
      variable: tf.Variable,
      isTrained: boolean,
    ) => void,
  ): void {
    const lists = this.optimizer.slots();
    for (const {kernel, bias} of this.memory!.products.values()) {
      for (const {index, weight, values, slots} of bias ? [kernel, bias] : [kernel]) {
        visit(values, weight.read() as tf.Variable, index >= 0);
        for (const [i, slot] of slots.entries()) visit(slot, lists[i][index]!.variable, true);
      }
    }
  }
}
