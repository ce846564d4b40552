// What scripts use besides tfjs and itop; a printed script holds the parts that it uses.
export {data, initialize} from './data.ts';
export {counted, doubled, halfDense, penalizedScale, scale, trainingShift} from './layers.ts';
export {
  elsewhere,
  evaluateInside,
  failingLoss,
  free,
  freeOptimizer,
  minimize,
  predictInside,
  reloaded,
  residualModel,
  scaled,
  setField,
  setLearningRate,
  setTrainable,
  settled,
  sparsified,
  sumOfSquares,
} from './models.ts';
export {clipped, HalfSGD, halved} from './optimizers.ts';
export {watchedGrower, watchedPruner} from './schedulers.ts';
