import * as tf from '@tensorflow/tfjs';
import {expect, test} from 'vitest';
import {describeBackends, onCpu} from '../../support/backends.ts';
import {expectClose} from '../../support/close.ts';

const {layers} = tf;
type Shape = readonly number[];
type Make = () => tf.layers.Layer;

const [VECTOR, SEQUENCE, IMAGE, VOLUME]: Shape[] = [
  [2, 6],
  [2, 7, 3],
  [2, 5, 6, 3],
  [2, 5, 4, 5, 2],
];

/** What is in the numbers decides about what a kernel does with the largest ones and with the sign. */
const fillings: Readonly<Record<string, (number: number) => number>> = {
  'numbers of both signs': (number) => number,
  'negative numbers': (number) => number - 2,
  ties: (number) => Math.round(number * 2) / 2,
  'one number': () => -1,
};

function someTensor(shape: Shape, fill = fillings['numbers of both signs']): tf.Tensor {
  const size = tf.util.sizeFromShape([...shape]);
  return tf.tensor(
    Float32Array.from({length: size}, (_, i) => fill(Math.sin(1.7 * i + 0.3))),
    [...shape],
  );
}

const windows: readonly (readonly [size: number, strides: number, padding: 'valid' | 'same'])[] = [
  [2, 2, 'valid'],
  [2, 2, 'same'],
  [3, 2, 'valid'],
  [3, 1, 'same'],
];

const pools = windows.flatMap(([size, strides, padding]): [string, Shape[], Make][] => {
  const [one, three] = [{poolSize: size, strides, padding}, [size, size, size] as [number, number, number]];
  const volume = {poolSize: three, strides: [strides, strides, strides] as [number, number, number], padding};
  const title = `${size}/${strides} ${padding}`;
  return [
    [`maxPooling1d ${title}`, [SEQUENCE], () => layers.maxPooling1d(one)],
    [`maxPooling2d ${title}`, [IMAGE], () => layers.maxPooling2d(one)],
    [`maxPooling3d ${title}`, [VOLUME], () => layers.maxPooling3d(volume)],
    [`averagePooling1d ${title}`, [SEQUENCE], () => layers.averagePooling1d(one)],
    [`averagePooling2d ${title}`, [IMAGE], () => layers.averagePooling2d(one)],
    [`averagePooling3d ${title}`, [VOLUME], () => layers.averagePooling3d(volume)],
  ];
});

const convolutions = windows.flatMap(([kernelSize, strides, padding]): [string, Shape[], Make][] => {
  const options = {kernelSize, strides, padding};
  const title = `${kernelSize}/${strides} ${padding}`;
  return [
    [`conv1d ${title}`, [SEQUENCE], () => layers.conv1d({...options, filters: 4})],
    [`conv2d ${title}`, [IMAGE], () => layers.conv2d({...options, filters: 4})],
    [`conv2dTranspose ${title}`, [IMAGE], () => layers.conv2dTranspose({...options, filters: 4})],
    [`conv3d ${title}`, [VOLUME], () => layers.conv3d({...options, filters: 3})],
    [`depthwiseConv2d ${title}`, [IMAGE], () => layers.depthwiseConv2d({...options, depthMultiplier: 2})],
    [`separableConv2d ${title}`, [IMAGE], () => layers.separableConv2d({...options, filters: 4})],
  ];
});

const others: [string, Shape[], Make][] = [
  ['globalMaxPooling1d', [SEQUENCE], () => layers.globalMaxPooling1d({})],
  ['globalMaxPooling2d', [IMAGE], () => layers.globalMaxPooling2d({})],
  ['globalAveragePooling2d', [IMAGE], () => layers.globalAveragePooling2d({})],
  [
    'cropping2D',
    [IMAGE],
    () =>
      layers.cropping2D({
        cropping: [
          [1, 1],
          [2, 0],
        ],
      }),
  ],
  [
    'zeroPadding2d',
    [IMAGE],
    () =>
      layers.zeroPadding2d({
        padding: [
          [1, 2],
          [0, 3],
        ],
      }),
  ],
  ['upSampling2d', [[1, ...IMAGE.slice(1)]], () => layers.upSampling2d({size: [2, 3]})],
  ['permute', [IMAGE], () => layers.permute({dims: [3, 1, 2]})],
  ['repeatVector', [VECTOR], () => layers.repeatVector({n: 3})],
  ['dense', [SEQUENCE], () => layers.dense({units: 4})],
  ['add', [VECTOR, VECTOR], () => layers.add()],
  ['multiply', [VECTOR, VECTOR], () => layers.multiply()],
  ['average', [VECTOR, VECTOR], () => layers.average()],
  ['maximum', [VECTOR, VECTOR], () => layers.maximum()],
  ['minimum', [VECTOR, VECTOR], () => layers.minimum()],
  ['concatenate', [VECTOR, VECTOR], () => layers.concatenate()],
  ['dot', [VECTOR, VECTOR], () => layers.dot({axes: 1, normalize: true})],
  ['batchNormalization', [IMAGE], () => layers.batchNormalization({})],
  ['layerNormalization', [VECTOR], () => layers.layerNormalization({})],
  ['leakyReLU', [VECTOR], () => layers.leakyReLU({alpha: 0.2})],
  ['elu', [VECTOR], () => layers.elu({})],
  ['prelu', [IMAGE], () => layers.prelu({})],
  ['prelu, shared over the pixels', [IMAGE], () => layers.prelu({sharedAxes: [1, 2]})],
  ['prelu, shared over the channels', [IMAGE], () => layers.prelu({sharedAxes: [3]})],
  ['reLU with a largest value', [VECTOR], () => layers.reLU({maxValue: 0.5})],
  ['simpleRNN', [SEQUENCE], () => layers.simpleRNN({units: 4})],
  ['gru', [SEQUENCE], () => layers.gru({units: 4, returnSequences: true})],
  ['lstm', [SEQUENCE], () => layers.lstm({units: 4, goBackwards: true})],
  ['convLstm2d', [VOLUME], () => layers.convLstm2d({filters: 2, kernelSize: 2}) as tf.layers.Layer],
  ...(['hardSigmoid', 'relu6', 'selu', 'sigmoid', 'softmax', 'softplus', 'softsign', 'swish', 'mish'] as const).map(
    (activation): [string, Shape[], Make] => [activation, [SEQUENCE], () => layers.activation({activation})],
  ),
];

/** The output of a layer, then the gradients of its inputs and weights. */
function trainLayer(make: Make, shapes: readonly Shape[], fill: (number: number) => number): tf.Tensor[] {
  const inputs = shapes.map((shape) => tf.input({shape: shape.slice(1)}));
  const one = <T>(list: T[]) => (list.length === 1 ? list[0] : list);
  const model = tf.model({inputs, outputs: make().apply(one(inputs)) as tf.SymbolicTensor});
  model.setWeights(model.weights.map(({shape}) => someTensor(shape as number[]).add(0.5)));
  const apply = (x: tf.Tensor[]) => model.apply(one(x), {training: true}) as tf.Tensor;
  const loss = (x: tf.Tensor[]) =>
    tf.tidy(
      () =>
        apply(x)
          .mul(someTensor(apply(x).shape).add(1.2))
          .sum() as tf.Scalar,
    );
  const x = shapes.map((shape) => someTensor(shape, fill));
  const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const gradients = variables.length > 0 ? tf.variableGrads(() => loss(x), variables).grads : {};
  const results = [apply(x), ...tf.grads((...x) => loss(x))(x), ...Object.values(gradients)].map((tensor) =>
    tensor.clone(),
  );
  for (const weight of model.weights) weight.dispose();
  return results;
}

describeBackends('stock layers train on wasm as on cpu:', () => {
  test.each([...pools, ...convolutions, ...others])('%s', async (_, shapes, make) => {
    for (const fill of Object.values(fillings)) {
      const expected = await onCpu(() => trainLayer(make, shapes, fill));
      const actual = tf.tidy(() => trainLayer(make, shapes, fill).map((tensor) => tensor.dataSync().slice()));
      expect(actual.length).toBe(expected.length);
      for (const [i, numbers] of actual.entries()) expectClose(numbers as Float32Array, expected[i], 1e-4);
    }
  });
}, ['wasm']);
