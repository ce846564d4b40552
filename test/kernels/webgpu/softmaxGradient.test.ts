import * as tf from '@tensorflow/tfjs';
import {expect, test} from 'vitest';
import {softmaxGradient} from '../../../src/kernels/webgpu/softmaxGradient.ts';
import {describeBackends, onCpu} from '../../support/backends.ts';
import {expectClose} from '../../support/close.ts';
import {gpuBackend} from '../../support/gpuPrograms.ts';
import {someNumbers} from '../../support/layer.ts';

describeBackends('the gradient of a softmax', () => {
  test.each([[[7]], [[1, 2]], [[130, 3]], [[3, 4, 5]]])('is that of tfjs: %j', async (shape) => {
    const size = shape.reduce((a, b) => a * b);
    const operands = () => [tf.tensor(someNumbers(size, 1), shape), tf.tensor(someNumbers(size, 2), shape)];
    const expected = await onCpu(() => {
      const [logits, dy] = operands();
      return [tf.grad((x) => tf.softmax(x))(logits, dy)];
    });
    const actual = tf.tidy(() => {
      const [logits, dy] = operands();
      return tf.engine().makeTensorFromTensorInfo(softmaxGradient(gpuBackend(), {dy, y: tf.softmax(logits)}));
    });
    expect(actual.shape).toEqual(shape);
    expectClose(await actual.data<'float32'>(), expected[0]);
    actual.dispose();
  });
}, ['webgpu']);
