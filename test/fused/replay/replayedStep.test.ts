import * as tf from '@tensorflow/tfjs';
import {expect, test} from 'vitest';
import type {ReplayBackend} from '../../../src/fused/replay/gpuInternals.ts';
import {type Recordable, ReplayedStep} from '../../../src/fused/replay/replayedStep.ts';
import {describeBackends} from '../../support/backends.ts';
import {bytesInUse} from '../../support/gpuPrograms.ts';

const backend = () => tf.backend() as unknown as ReplayBackend;

function upload<Kind extends tf.Tensor>(tensor: Kind): Kind {
  backend().uploadToGPU(tensor.dataId);
  return tensor;
}

/** A variable that lies on the device. */
function variable(values: number | number[]): tf.Variable {
  return tf.tidy(() => tf.variable(upload(tf.tensor(values))));
}

/** A tensor whose numbers were read: it has them on the host, too. */
async function readBack(tensor: tf.Tensor): Promise<tf.Tensor> {
  await tensor.data();
  return tensor;
}

/** A tensor that another backend made. */
async function onBackend(name: string, make: () => tf.Tensor): Promise<tf.Tensor> {
  await tf.setBackend(name);
  const tensor = tf.tidy(() => tf.reverse(tf.reverse(make())));
  await tf.setBackend('webgpu');
  return tensor;
}

/** The numbers 0, 1, 1, 0 in a buffer that is longer. */
function ownBuffer(): tf.Tensor {
  const {device} = tf.backend() as unknown as {device: GPUDevice};
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const buffer = device.createBuffer({size: 32, usage});
  device.queue.writeBuffer(buffer, 0, new Float32Array([0, 1, 1, 0, 9, 9, 9, 9]));
  return tf.tensor({buffer, zeroCopy: true}, [4], 'float32');
}

async function numbers(tensor: tf.Tensor): Promise<number[]> {
  return [...(await tensor.data())];
}

type Run = Recordable['run'];

/** Records a function that can be replayed. */
function record(inputs: tf.Tensor[], run: Run, variables: tf.Variable[] = []) {
  const {outputs, step} = ReplayedStep.record(backend(), {inputs, variables, run});
  return {outputs, step: step!};
}

describeBackends('a replayed step', () => {
  test('gives outputs of other inputs, wherever these lie', async () => {
    const [a, b] = [upload(tf.tensor1d([1, 2, 3])), upload(tf.tensor1d([10, 20, 30]))];
    const {outputs, step} = record([a, b], ([x, y]) => [tf.add(tf.mul(x, 2), y), tf.sum(y)]);
    expect(await Promise.all(outputs.map(numbers))).toEqual([[12, 24, 36], [60]]);
    const onHost = tf.tensor1d([5, 6, 7]);
    const again = step.replay([onHost, a]);
    expect(await Promise.all(again.map(numbers))).toEqual([[11, 14, 17], [6]]);
    // The first ones still hold what they held.
    expect(await numbers(outputs[0])).toEqual([12, 24, 36]);
    step.release();
    tf.dispose([a, b, onHost, outputs, again]);
  });

  /** Where the numbers 0, 1, 1, 0 of one type come from; what tfjs casts upward keeps the data of the type that it was. */
  const origins: readonly [string, tf.DataType, () => tf.Tensor | Promise<tf.Tensor>][] = [
    ...(['float32', 'int32', 'bool'] as const).flatMap((dtype): typeof origins => {
      const on = () => tf.tensor1d([0, 1, 1, 0], dtype);
      return [
        ['on the host', dtype, on],
        ['on the device', dtype, () => upload(on())],
        ['read back', dtype, async () => readBack(upload(on()))],
        ['a clone', dtype, () => tf.tidy(() => upload(on()).clone())],
        ['a slice', dtype, () => tf.tidy(() => upload(tf.tensor1d([1, 0, 1, 1, 0], dtype)).slice(1, 4))],
        ['a reshape', dtype, () => tf.tidy(() => upload(tf.tensor2d([0, 1, 1, 0], [2, 2], dtype)).reshape([4]))],
        ['of another backend', dtype, () => onBackend('cpu', on)],
      ];
    }),
    ...(
      [
        ['int32', 'float32'],
        ['bool', 'float32'],
        ['bool', 'int32'],
      ] as const
    ).flatMap(([from, to]): typeof origins => {
      const cast = (tensor: tf.Tensor) => tf.cast(tensor, to);
      const onHost = () => tf.tensor1d([0, 1, 1, 0], from);
      return [
        [`a ${from} on the host, cast`, to, () => tf.tidy(() => cast(onHost()))],
        [`a ${from} on the device, cast`, to, () => tf.tidy(() => cast(upload(onHost())))],
        [
          `a ${from} read back, cast`,
          to,
          async () => {
            const base = await readBack(upload(onHost()));
            const result = cast(base);
            base.dispose();
            return result;
          },
        ],
        [
          `a slice of a ${from}, cast`,
          to,
          () => tf.tidy(() => cast(upload(tf.tensor1d([0, 1, 1, 0, 1], from)).slice(0, 4))),
        ],
      ];
    }),
    ['a buffer of the user that is longer', 'float32', () => ownBuffer()],
  ];

  test.each(origins)('takes an input that is %s, of the type %s', async (_, dtype, make) => {
    const first = tf.tidy(() => tf.cast(upload(tf.tensor1d([5, 6, 7, 8])), dtype));
    const compute: Run = ([x]) => [tf.add(tf.cast(x, 'float32'), 1), tf.mul(x, tf.ones([4], 'int32'))];
    const given = await make();
    expect(given.dtype).toBe(dtype);
    // Recorded with the one, replayed with the other, and the other way round.
    const other = record([first], compute);
    const own = record([given], compute);
    const outputs = [own.outputs, other.step.replay([given]), own.step.replay([given])];
    for (const [sum, product] of outputs) {
      expect([await numbers(sum), await numbers(product)]).toEqual([
        [1, 2, 2, 1],
        [0, 1, 1, 0],
      ]);
    }
    other.step.release();
    own.step.release();
    tf.dispose([first, given, outputs, other.outputs]);
  });

  test.each(
    origins.filter(([, dtype]) => dtype === 'float32'),
  )('takes a variable that was set to what is %s', async (_, __, make) => {
    const sum = variable([5, 6, 7, 8]);
    const {outputs, step} = record([], () => {
      sum.assign(tf.mul(sum, 2));
      return [tf.add(sum, 1)];
    }, [sum]);
    const given = await make();
    sum.assign(given);
    const copy = sum.clone();
    const second = step.replay([]);
    // Of a longer buffer tfjs reads all.
    const held = (await numbers(copy)).slice(0, 4);
    expect([await numbers(second[0]), await numbers(sum), held]).toEqual([
      [1, 3, 3, 1],
      [0, 2, 2, 0],
      [0, 1, 1, 0],
    ]);
    step.release();
    tf.dispose([sum, outputs, given, copy, second]);
  });

  test('changes variables as the function does, from whatever they hold', async () => {
    const [sum, count] = [variable([0, 0]), variable(0)];
    const x = upload(tf.tensor1d([1, 2]));
    const {outputs, step} = record(
      [x],
      ([x]) => {
        sum.assign(tf.add(sum, x));
        count.assign(tf.add(count, x.slice(0, 1).reshape([])));
        return [tf.mul(sum, count)];
      },
      [sum, count],
    );
    const snapshot = sum.clone();
    const second = step.replay([x]);
    expect([await numbers(sum), await numbers(count), await numbers(second[0])]).toEqual([[2, 4], [2], [4, 8]]);
    expect(await numbers(snapshot)).toEqual([1, 2]);
    tf.tidy(() => sum.assign(tf.tensor1d([100, 200])));
    expect(step.isValid()).toBe(true);
    const third = step.replay([x]);
    expect([await numbers(sum), await numbers(third[0])]).toEqual([
      [101, 202],
      [303, 606],
    ]);
    step.release();
    tf.dispose([sum, count, x, outputs, snapshot, second, third]);
  });

  test('takes turns with another step on the same variables, whose buffers are equal in size', async () => {
    const variables = [1, 2, 3].map((value) => variable(Array(8).fill(value)));
    const rotate = (factor: number) => () => {
      const next = variables.map((_, i) => tf.mul(variables[(i + 1) % 3], factor));
      for (const [i, value] of next.entries()) variables[i].assign(value as tf.Tensor);
      return [tf.addN(variables)];
    };
    const first = record([], rotate(1), variables); // 2, 3, 1
    const second = record([], rotate(2), variables); // 6, 2, 4
    const outputs = [first.step.replay([]), second.step.replay([]), first.step.replay([])]; // 2, 4, 6; 8, 12, 4; 12, 4, 8
    expect(await Promise.all(variables.map(async (variable) => (await numbers(variable))[7]))).toEqual([12, 4, 8]);
    expect(await Promise.all(outputs.map(async ([sum]) => (await numbers(sum))[0]))).toEqual([12, 24, 24]);
    first.step.release();
    second.step.release();
    tf.dispose([variables, outputs, first.outputs, second.outputs]);
  });

  test('reads variables that it does not change, on the host or not, as they are each time', async () => {
    const onHost = tf.tidy(() => tf.variable(tf.tensor1d([1, 2])));
    const x = upload(tf.tensor1d([5, 6]));
    const {outputs, step} = record([x], ([x]) => [tf.mul(x, onHost)], [onHost]);
    const {dataId} = onHost;
    const second = step.replay([x]);
    expect(onHost.dataId).toBe(dataId);
    tf.tidy(() => onHost.assign(tf.tensor1d([7, 8])));
    const third = step.replay([x]);
    expect(await Promise.all([outputs, second, third].map(([product]) => numbers(product)))).toEqual([
      [5, 12],
      [5, 12],
      [35, 48],
    ]);
    step.release();
    tf.dispose([onHost, x, outputs, second, third]);
  });

  test('is not valid any more when a tensor or a variable is gone that it reads', () => {
    const weight = variable([1, 2]);
    const constants = [1, 2].map(() => upload(tf.tensor1d([3, 4])));
    const x = upload(tf.tensor1d([5, 6]));
    const recordings = constants.map((constant) =>
      record([x], ([x]) => [tf.mul(tf.add(x, weight), constant)], [weight]),
    );
    const areValid = () => recordings.map(({step}) => step.isValid());
    expect(areValid()).toEqual([true, true]);
    // Used since the last submission: tfjs keeps its buffer until the next.
    tf.square(constants[0]).dispose();
    constants[0].dispose();
    expect(areValid()).toEqual([false, true]);
    weight.dispose();
    expect(areValid()).toEqual([false, false]);
    for (const {step} of recordings) step.release();
    tf.dispose([constants[1], x, recordings.map(({outputs}) => outputs)]);
  });

  test('reads in place what the function makes of numbers and keeps, while that is there', async () => {
    const x = upload(tf.tensor1d([1, 2]));
    let kept: tf.Tensor | undefined;
    const {outputs, step} = record([x], ([x]) => {
      kept ??= tf.keep(tf.tensor1d([3, 4]));
      return [tf.mul(x, kept)];
    });
    const second = step.replay([x]);
    expect(await Promise.all([outputs, second].map(([product]) => numbers(product)))).toEqual([
      [3, 8],
      [3, 8],
    ]);
    expect(step.isValid()).toBe(true);
    kept!.dispose();
    expect(step.isValid()).toBe(false);
    step.release();
    tf.dispose([x, outputs, second]);
  });

  test('is not made of a function that keeps what it computes, which is computed all the same', async () => {
    const x = upload(tf.tensor1d([1, 2]));
    const sum = variable([0, 0]);
    let kept!: tf.Tensor;
    const {outputs, step} = record(
      [x],
      ([x]) => {
        kept = tf.keep(tf.square(x));
        sum.assign(tf.add(sum, kept));
        return [tf.square(kept)];
      },
      [sum],
    );
    expect(step).toBeUndefined();
    expect(await Promise.all([kept, sum, outputs[0]].map(numbers))).toEqual([
      [1, 4],
      [1, 4],
      [1, 16],
    ]);
    tf.dispose([x, sum, kept, outputs]);
  });

  test.each(['reads', 'changes'])('is not made of a function that %s a variable of which nothing was said', (what) => {
    const other = variable([1, 2]);
    const x = upload(tf.tensor1d([5, 6]));
    const {outputs, step} = record([x], ([x]) => {
      const result = tf.square(what === 'reads' ? tf.add(x, other) : x);
      if (what === 'changes') other.assign(result);
      return [tf.neg(result)];
    });
    expect(step).toBeUndefined();
    tf.dispose([other, x, outputs]);
  });

  test('is not made of a function that returns what was there before', () => {
    const constant = upload(tf.tensor1d([1, 2]));
    const {outputs, step} = record([], () => [constant.clone()]);
    expect(step).toBeUndefined();
    tf.dispose([constant, outputs]);
  });

  test('gives all memory back, also when the function throws or cannot be replayed', async () => {
    const before = bytesInUse();
    const x = upload(tf.tensor1d([1, 2, 3, 4]));
    const sum = variable([0, 0, 0, 0]);
    const add: Run = ([x]) => {
      sum.assign(tf.add(sum, tf.exp(tf.square(x))));
      return [tf.sum(sum)];
    };
    const {outputs, step} = record([x], add, [sum]);
    tf.dispose(step.replay([x]));
    const held = bytesInUse();
    step.release();
    // It knows what it takes; the outputs are the caller's, and the variable's new value is in the place of the old one.
    expect(held - bytesInUse()).toBe(step.bytes);
    const fail: Run = ([x]) => {
      tf.square(tf.exp(x));
      throw new Error('no');
    };
    expect(() => record([x], fail, [sum])).toThrow('no');
    const other = record([x], add);
    expect(other.step).toBeUndefined();
    tf.dispose([x, sum, outputs, other.outputs]);
    expect(bytesInUse()).toBe(before);
  });
}, ['webgpu']);
