import {
  type Dataset,
  firstSamples,
  type Normalization,
  normalizationOf,
  seededRandom,
  syntheticDigits,
} from 'itop/data';
import type {DataName} from '../protocol.ts';
import {TOYS} from '../settings.ts';
import {points} from './points.ts';

/** What is to be learnt, and the network that learns it. */
export interface Task {
  readonly train: Dataset;
  readonly test: Dataset;
  readonly normalization?: Normalization;
  /** Units of the hidden layers. */
  readonly hidden: readonly number[];
  readonly batchSize: number;
  readonly learningRate: number;
}

/** Enough to measure an accuracy, few enough to do so often. */
const TEST_SAMPLES = 500;
/** Bytes 0 … 255 stand for −1 … 1. */
const PLANE: Normalization = {mean: [0.5, 0.5], std: [0.5, 0.5]};

/** The digits that the library draws, or points of the plane. */
export function builtInTask(data: Exclude<DataName, 'files'>): Task {
  if (TOYS.includes(data)) {
    return {
      train: points(data, 400, 'train'),
      test: points(data, TEST_SAMPLES, 'test'),
      normalization: PLANE,
      hidden: [24, 24],
      batchSize: 25,
      learningRate: 0.05,
    };
  }
  const random = seededRandom('digits');
  return {
    train: syntheticDigits({count: 3000, random}),
    test: syntheticDigits({count: TEST_SAMPLES, random}),
    hidden: [128, 64],
    batchSize: 50,
    learningRate: 0.05,
  };
}

/** A task of files: a wider network for colours. */
export function fileTask(train: Dataset, test: Dataset): Task {
  const isColour = train.sampleShape[2] === 3;
  return {
    train,
    test: firstSamples(test, Math.min(TEST_SAMPLES, test.count)),
    ...(isColour ? {normalization: normalizationOf(train)} : {}),
    hidden: isColour ? [512, 256] : [300, 100],
    batchSize: Math.min(isColour ? 128 : 100, train.count),
    learningRate: isColour ? 0.02 : 0.05,
  };
}
