import * as tf from '@tensorflow/tfjs';
import * as itop from 'itop';

type Inputs = tf.Tensor | tf.Tensor[];

const only = (inputs: Inputs): tf.Tensor => [inputs].flat()[0];

/** A layer of the user's with weights: `x · scale + offset`. */
class Scale extends tf.layers.Layer {
  static className = 'OwnScale';
  protected scale!: tf.LayerVariable;
  private offset!: tf.LayerVariable;

  override build(inputShape: tf.Shape): void {
    const last = [inputShape[inputShape.length - 1]];
    this.scale = this.addWeight('scale', last, 'float32', tf.initializers.ones());
    this.offset = this.addWeight('offset', last, 'float32', tf.initializers.zeros());
    this.built = true;
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    return inputShape;
  }

  override call(inputs: Inputs): tf.Tensor {
    return tf.tidy(() => only(inputs).mul(this.scale.read()).add(this.offset.read()));
  }
}

/** The same, with a loss of its own. */
class PenalizedScale extends Scale {
  static override className = 'OwnPenalizedScale';

  override build(inputShape: tf.Shape): void {
    super.build(inputShape);
    this.addLoss(() => tf.tidy(() => this.scale.read().square().sum().mul(0.01)) as tf.Scalar);
  }
}

/** A layer that does something in training only. */
class TrainingShift extends tf.layers.Layer {
  static className = 'OwnTrainingShift';

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    return inputShape;
  }

  override call(inputs: Inputs, {training}: {training?: boolean}): tf.Tensor {
    return tf.tidy(() => (training ? only(inputs).mul(1.5) : only(inputs).clone()));
  }
}

/** A subclass with a call of its own, but no class name. */
class HalfDense extends itop.MaskedDense {
  override call(inputs: Inputs, kwargs: object): tf.Tensor {
    return tf.tidy(() => super.call(inputs, kwargs).mul(0.5));
  }
}

for (const Class of [Scale, PenalizedScale, TrainingShift]) tf.serialization.registerClass(Class as never);

export const scale = (options: {name: string}) => new Scale(options);
export const penalizedScale = (options: {name: string}) => new PenalizedScale(options);
export const trainingShift = (options: {name: string}) => new TrainingShift(options);
export const halfDense = (options: itop.MaskedDenseArgs) => new HalfDense(options);

/** Replaces an instance's `call`. */
export function doubled<Layer extends tf.layers.Layer>(layer: Layer): Layer {
  const call = layer.call.bind(layer);
  layer.call = (inputs, kwargs) => tf.tidy(() => (call(inputs, kwargs) as tf.Tensor).mul(2));
  return layer;
}

/** Gives a layer a call hook that counts. */
export function counted<Layer extends tf.layers.Layer>(layer: Layer): Layer & {calls: number} {
  const counting = Object.assign(layer, {calls: 0});
  layer.setCallHook(() => {
    counting.calls++;
  });
  return counting;
}
