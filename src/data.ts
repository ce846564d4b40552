/**
 * Data for training, without TensorFlow.js: readers of the published formats, a generator of digits, seeded batches.
 *
 * @module itop/data
 */

export {type Batch, type Batches, type BatchOptions, oneHot, orderedBatches, shuffledBatches} from './data/batches.ts';
export {parseCifar10} from './data/cifar10.ts';
export {type CropAndFlipOptions, cropAndFlip} from './data/cropAndFlip.ts';
export {concatDatasets, type Dataset, firstSamples} from './data/dataset.ts';
export {datasetFromIdx, type IdxArray, parseIdx} from './data/idx.ts';
export {type GunzipOptions, maybeGunzip} from './data/maybeGunzip.ts';
export {type Normalization, normalizationOf} from './data/normalization.ts';
export {type SyntheticDigitsOptions, syntheticDigits} from './data/syntheticDigits.ts';
export {type Random, type RandomState, type SeededRandom, seededRandom} from './topology/random.ts';
