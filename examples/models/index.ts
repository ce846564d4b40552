import type * as tf from '@tensorflow/tfjs';
import {lenet5} from './lenet5.ts';
import {lenet300100} from './lenet300100.ts';
import {mlpCifar10} from './mlpCifar10.ts';
import type {ModelOptions} from './modelOptions.ts';
import {resnet18} from './resnet18.ts';
import {resnet34} from './resnet34.ts';
import {resnet50} from './resnet50.ts';
import {vgg16} from './vgg16.ts';
import {wrn22x2} from './wrn22x2.ts';

/** Makes a network, dense and uncompiled, unless its `layers` say otherwise. */
export type ModelBuilder = (options?: ModelOptions) => tf.LayersModel;

/** The networks of the papers on sparse training, by the names they have there. */
export const models = {
  'LeNet-300-100': lenet300100,
  'LeNet-5': lenet5,
  'MLP-CIFAR10': mlpCifar10,
  'VGG-16-C': vgg16,
  'ResNet-18': resnet18,
  'ResNet-34': resnet34,
  'ResNet-50': resnet50,
  'WRN-22-2': wrn22x2,
} satisfies Readonly<Record<string, ModelBuilder>>;
