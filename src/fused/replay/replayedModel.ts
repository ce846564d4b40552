import * as tf from '@tensorflow/tfjs';
import {checkDevice} from '../../kernels/webgpu/checkDevice.ts';
import {NotCovered} from '../../layers/kinds/notCovered.ts';
import {sparseWeights} from '../../layers/sparseWeights.ts';
import {HostWeight} from '../../weights/hostWeight.ts';
import type {SparseWeight} from '../../weights/sparseWeight.ts';
import {dropoutSource} from '../dropoutSource.ts';
import {reasonAgainstLoss, reasonAgainstMetrics} from '../lossFunctions.ts';
import {hasSlots, type OptimizerPlan, optimizerPlanOf, slotsFit} from '../optimizers.ts';
import {checkLayers} from './coverage.ts';
import {withDropout, withGpuForms} from './gpuForms.ts';
import type {ReplayBackend} from './gpuInternals.ts';
import {KeptSteps} from './keptSteps.ts';
import {type Recordable, ReplayedStep} from './replayedStep.ts';
import {
  assumptionsOfEvaluation,
  assumptionsOfPrediction,
  assumptionsOfTraining,
  type StepAssumptions,
} from './stepAssumptions.ts';
import {isRecording} from './tape.ts';

type TensorFunction = (tensors: tf.Tensor[]) => tf.Tensor[];

/**
 * A model on a device, where what tfjs does for a batch is written down once and then replayed: hundreds of small programs by
 * a few submissions, without tfjs.
 *
 * A training step is that of tfjs's own train function, but for some parts that are other programs; see {@link withGpuForms}.
 */
export class ReplayedModel {
  private readonly weights: readonly tf.LayerVariable[];
  private readonly sparseWeights: readonly SparseWeight[];
  private readonly training = new KeptSteps();
  private readonly evaluations = new KeptSteps();
  private readonly predictions = new KeptSteps();

  /** @throws NotCovered if a step of the model may do something else each time */
  constructor(private readonly model: tf.LayersModel) {
    checkLayers(model);
    // Reading what the host keeps would make a tensor of it.
    this.weights = model.weights.filter((weight) => !(weight instanceof HostWeight));
    this.sparseWeights = sparseWeights(model).map(({weight}) => weight);
  }

  /** How the device does what the model's optimizer does, or why it cannot. */
  trainingPlan(): OptimizerPlan | NotCovered {
    const optimizer = optimizerPlanOf(this.model);
    return optimizer instanceof NotCovered ? optimizer : (this.reasonAgainstFunctions() ?? optimizer);
  }

  /**
   * One training step.
   *
   * @param data   inputs, targets and, if they have some, weights of the samples
   * @param byOps  tfjs's own train function
   * @returns the loss with its penalties, then the metrics
   */
  train(data: tf.Tensor[], byOps: TensorFunction): tf.Tensor[] {
    const optimizer = this.trainingPlan();
    if (optimizer instanceof NotCovered || !slotsFit(this.model, optimizer)) return byOps(data);
    const seed = tf.scalar(dropoutSource(this.model)(), 'float32');
    try {
      return this.step(data, optimizer, seed, byOps);
    } finally {
      seed.dispose();
    }
  }

  /**
   * The loss and the metrics of one batch.
   *
   * @param data   inputs and targets
   * @param byOps  tfjs's own test function
   */
  evaluate(data: tf.Tensor[], byOps: TensorFunction): tf.Tensor[] {
    if (this.reasonAgainstFunctions()) return byOps(data);
    return this.infer(this.evaluations, (prediction) => assumptionsOfEvaluation(prediction, this.model), data, byOps);
  }

  /**
   * The model's outputs for one batch.
   *
   * @param byOps  how tfjs computes them
   */
  predict(inputs: tf.Tensor[], byOps: TensorFunction): tf.Tensor[] {
    return this.infer(this.predictions, (prediction) => prediction, inputs, byOps);
  }

  /** Gives the memory back; the next steps take it anew. */
  release(): void {
    for (const steps of [this.training, this.evaluations, this.predictions]) steps.release();
  }

  private step(data: tf.Tensor[], optimizer: OptimizerPlan, seed: tf.Scalar, stock: TensorFunction): tf.Tensor[] {
    const backend = backendNow();
    const byOps: TensorFunction = (data) => withDropout(backend, this.model, seed, () => stock(data));
    const hyper = optimizer.hyper();
    if (!hyper) {
      const outputs = byOps(data);
      // Has the numbers read, for the next step.
      optimizer.hyper();
      return outputs;
    }
    if (!hasSlots(this.model, optimizer) || this.mustUseOps()) return byOps(data);
    const variables = this.variables();
    const evaluation = assumptionsOfEvaluation(this.assumptionsOf(data, variables), this.model);
    const assumptions = assumptionsOfTraining(evaluation, this.model, optimizer);
    const step = this.training.next(assumptions);
    if (step === 'by ops') return byOps(data);
    const numbers = tf.tensor1d([...hyper]);
    const inputs = [...data, numbers, seed];
    const outputs =
      step === 'record'
        ? record(this.training, assumptions, {
            inputs,
            variables: [...variables, ...slotsOf(optimizer)],
            run: (own) => {
              const [hyper, seed] = own.slice(-2);
              return withGpuForms(backend, this.model, optimizer, {hyper, seed}, () => stock(own.slice(0, -2)));
            },
          })
        : step.replay(inputs);
    numbers.dispose();
    optimizer.advance();
    return checked(outputs);
  }

  /** A loss or a metric of the user's may do something else each time. */
  private reasonAgainstFunctions(): NotCovered | undefined {
    return reasonAgainstLoss(this.model) ?? reasonAgainstMetrics(this.model);
  }

  /**
   * Does what changes no variable.
   *
   * @param goingBy  all that it goes by, of what predictions go by
   */
  private infer(
    steps: KeptSteps,
    goingBy: (prediction: StepAssumptions) => StepAssumptions,
    data: tf.Tensor[],
    byOps: TensorFunction,
  ): tf.Tensor[] {
    if (this.mustUseOps()) return byOps(data);
    const variables = this.variables();
    const assumptions = goingBy(this.assumptionsOf(data, variables));
    const step = steps.next(assumptions);
    if (step === 'by ops') return byOps(data);
    return checked(
      step === 'record' ? record(steps, assumptions, {inputs: data, variables, run: byOps}) : step.replay(data),
    );
  }

  /**
   * Where single ops are looked at or recorded, or a gradient at all positions is asked for; and where tfjs is told to have single
   * numbers on the device, such as Adam's, which could not be read.
   */
  private mustUseOps(): boolean {
    const {profiling} = (tf.engine() as unknown as {state: {profiling: boolean}}).state;
    const backend = backendNow();
    const isObserved = backend.activeTimers != null || profiling || tf.env().getBool('DEBUG') || isRecording(backend);
    const isRead = this.sparseWeights.some(({probe}) => probe.isArmed);
    return isObserved || isRead || !tf.env().getBool('WEBGPU_CPU_FORWARD');
  }

  private assumptionsOf(data: readonly tf.Tensor[], variables: readonly tf.Variable[]): StepAssumptions {
    return assumptionsOfPrediction(
      data,
      this.sparseWeights.map(({topology}) => topology),
      variables,
    );
  }

  /** The variables behind the model's weights. */
  private variables(): tf.Variable[] {
    const weights = this.weights.map((weight) => weight.read());
    return [...new Set(weights.filter((weight) => weight instanceof tf.Variable))];
  }
}

function record(steps: KeptSteps, assumptions: StepAssumptions, recordable: Recordable): tf.Tensor[] {
  const {outputs, step} = ReplayedStep.record(backendNow(), recordable);
  steps.add(assumptions, step);
  return outputs;
}

/** What a step has computed. @throws Error if the device has refused a part of it, as far as it has told so */
function checked(outputs: tf.Tensor[]): tf.Tensor[] {
  try {
    backendNow();
    return outputs;
  } catch (error) {
    tf.dispose(outputs);
    throw error;
  }
}

/** The backend webgpu. @throws Error if its device was lost, or has refused a call */
function backendNow(): ReplayBackend {
  const backend = tf.backend() as unknown as ReplayBackend;
  checkDevice(backend);
  return backend;
}

function slotsOf(optimizer: OptimizerPlan): tf.Variable[] {
  return optimizer.slots().flatMap((list) => list.map((slot) => slot!.variable));
}
