export type {AllocationOptions} from './algorithms/allocateConnections.ts';
// Distributions and initial criteria
export {allocateConnections} from './algorithms/allocateConnections.ts';
// Methods of the field, as parts
export {cannistraciHebb} from './algorithms/cannistraciHebb.ts';
export type {ConnectionStrength} from './algorithms/connectionStrength.ts';
export {connectionStrength} from './algorithms/connectionStrength.ts';
export {
  gradient,
  magnitude,
  magnitudeScores,
  mest,
  random,
  secondOrder,
  selectGlobally,
  snipScores,
  taylor,
} from './algorithms/criteria.ts';
export type {ErdosRenyiOptions} from './algorithms/distributions/erdosRenyi.ts';
export {erdosRenyi} from './algorithms/distributions/erdosRenyi.ts';
export {erdosRenyiKernel} from './algorithms/distributions/erdosRenyiKernel.ts';
export type {LayerDensities} from './algorithms/distributions/layerDensities.ts';
export type {DistributionName} from './algorithms/distributions/resolveDistribution.ts';
export {uniform} from './algorithms/distributions/uniform.ts';
export {gradientGrowth} from './algorithms/growers/gradientGrowth.ts';
export {growHighest} from './algorithms/growers/growHighest.ts';
export {mixedGrowth} from './algorithms/growers/mixedGrowth.ts';
export {randomGrowth} from './algorithms/growers/randomGrowth.ts';
export {unexploredFirstGrowth} from './algorithms/growers/unexploredFirstGrowth.ts';
export {adaptiveThresholdPruning} from './algorithms/pruners/adaptiveThresholdPruning.ts';
export {dropLowest} from './algorithms/pruners/dropLowest.ts';
export {dropLowestOfAll} from './algorithms/pruners/dropLowestOfAll.ts';
// Strategies
export {magnitudePruning} from './algorithms/pruners/magnitudePruning.ts';
export {randomPruning} from './algorithms/pruners/randomPruning.ts';
export {setPruning} from './algorithms/pruners/setPruning.ts';
export {signPruning} from './algorithms/pruners/signPruning.ts';
export {taylorPruning} from './algorithms/pruners/taylorPruning.ts';
export {thresholdPruning} from './algorithms/pruners/thresholdPruning.ts';
export {byMean} from './algorithms/redistribution/byMean.ts';
export {byRank} from './algorithms/redistribution/byRank.ts';
export {bySurvivors} from './algorithms/redistribution/bySurvivors.ts';
export {eachLayer} from './algorithms/redistribution/eachLayer.ts';
export type {SampledOptions} from './algorithms/sampled.ts';
export {sampled} from './algorithms/sampled.ts';
export type {UpdateTimes} from './algorithms/schedules/checkUpdateTimes.ts';
// Schedules
export {constant} from './algorithms/schedules/constant.ts';
export {cosineDecay} from './algorithms/schedules/cosineDecay.ts';
export type {CubicDensityOptions} from './algorithms/schedules/cubicDensity.ts';
export {cubicDensity} from './algorithms/schedules/cubicDensity.ts';
export type {DecayOptions} from './algorithms/schedules/decay.ts';
export {linearDecay} from './algorithms/schedules/linearDecay.ts';
export type {PolynomialDecayOptions} from './algorithms/schedules/polynomialDecay.ts';
export {polynomialDecay} from './algorithms/schedules/polynomialDecay.ts';
export {gradientMomentum} from './algorithms/signals/gradientMomentum.ts';
export {meanGradient} from './algorithms/signals/meanGradient.ts';
export {meanSquaredGradient} from './algorithms/signals/meanSquaredGradient.ts';
export {blocks, channels, diagonals} from './algorithms/structures/blocks.ts';
export {type ConstantFanInOptions, constantFanIn} from './algorithms/structures/constantFanIn.ts';
export {nOfM} from './algorithms/structures/nOfM.ts';
export {sampleStructure} from './algorithms/structures/sampleStructure.ts';
export {within} from './algorithms/structures/within.ts';
export type {
  ActiveLayer,
  Criterion,
  DenseGradient,
  DiscoveryRequest,
  Distribution,
  GradientSignal,
  Grower,
  GrowRequest,
  LayerShape,
  PruneRequest,
  Pruner,
  Redistribution,
  Schedule,
  SelectRequest,
  Structure,
  StructureRequest,
} from './algorithms/types.ts';
export type {Regrown} from './algorithms/update/layerState.ts';
export type {ExplorationJSON, ExplorationPoint, SavedLayer} from './exploration/explorationJSON.ts';
// Explore
export type {RestoreOptions, TrackerOptions} from './exploration/explorationTracker.ts';
export {ExplorationTracker} from './exploration/explorationTracker.ts';
export type {ExplorationPlan, PlanOptions} from './exploration/planExploration.ts';
export {planExploration} from './exploration/planExploration.ts';
export type {
  ExplorationForecast,
  ForecastPoint,
  PlannedLayer,
  PlannedNetwork,
  PredictionOptions,
} from './exploration/predictExploration.ts';
export {predictExploration} from './exploration/predictExploration.ts';
export type {ReliabilityRule} from './exploration/reliability.ts';
export type {SavedSet} from './exploration/savedSet.ts';
export type {SavedTopology} from './exploration/savedTopology.ts';
export type {LayerTrainingFlops, NamedFlopsLayer, TrainingFlops} from './flops/flopsLedger.ts';
// FLOPs
export {FlopsLedger} from './flops/flopsLedger.ts';
export type {FlopsLayer, ForwardFlops} from './flops/forwardFlops.ts';
export {forwardFlops} from './flops/forwardFlops.ts';
export type {ParameterBytes, StoredKernel} from './flops/parameterBytes.ts';
export {parameterBytes} from './flops/parameterBytes.ts';
export {
  denseTrainingFlops,
  riglTrainingFlops,
  snfsTrainingFlops,
  staticTrainingFlops,
} from './flops/trainingFlops.ts';
export {setThreads, threads} from './fused/arena.ts';
export {dropoutState, seedDropout} from './fused/dropoutSource.ts';
export type {Explanation} from './fused/explain.ts';
export {explain} from './fused/explain.ts';
export {replayable} from './fused/replay/replayable.ts';
export {setFusedStep} from './fused/setFusedStep.ts';
// Backends of tfjs
export {startBackend} from './kernels/startBackend.ts';
export type {FlopsReport, LayerFlops, LayerKernel} from './layers/flopsReport.ts';
export {flopsReport} from './layers/flopsReport.ts';
export type {InitialCriterion, InitialData, InitialKernel, InitialLoss} from './layers/initialCriteria.ts';
export {force, grasp, snip, synflow} from './layers/initialCriteria.ts';
export type {NonFinitePolicy} from './layers/nonFinite.ts';
export {setNonFinite} from './layers/nonFinite.ts';
export type {LayerProfile, ModelProfile, ProfileOptions} from './layers/profile.ts';
export {profile} from './layers/profile.ts';
export type {SparseLayer} from './layers/sparseLayer.ts';
export type {NamedSparseWeight} from './layers/sparseWeights.ts';
export {sparseWeights} from './layers/sparseWeights.ts';
export type {LayerSummary, ModelSummary} from './layers/summary.ts';
export {summary} from './layers/summary.ts';
export {toDense} from './layers/toDense.ts';
// Log
export type {LineSink} from './log/fileSink.ts';
export {fileSink} from './log/fileSink.ts';
export type {Run} from './log/parseRunLog.ts';
export {parseRunLog} from './log/parseRunLog.ts';
export type {DamagedLine} from './log/readLines.ts';
export {runCsv} from './log/runCsv.ts';
export type {
  EpochLine,
  Measures,
  PicturesLine,
  RunLayer,
  RunLine,
  StartLine,
  UpdateLine,
} from './log/runLines.ts';
export type {RunLogOptions} from './log/runLog.ts';
export {RunLog} from './log/runLog.ts';
export type {LoggedRun, RunLogCallback} from './log/runLogCallback.ts';
export type {RunLogState} from './log/runLogState.ts';
export type {DensityGrid, Histogram, TopologyPicture} from './log/topologyPicture.ts';
// Ops
export type {BreakEven} from './ops/breakEven.ts';
export {breakEven, setBreakEven} from './ops/breakEven.ts';
export {kernelNames} from './ops/kernelNames.ts';
export type {InitialOptions} from './sparse/initialTopologies.ts';
export {initialTopologies} from './sparse/initialTopologies.ts';
export type {MaskedConv2dArgs} from './sparse/maskedConv2d.ts';
// Sparse models
export {MaskedConv2d, maskedConv2d} from './sparse/maskedConv2d.ts';
export type {MaskedDenseArgs} from './sparse/maskedDense.ts';
export {MaskedDense, maskedDense} from './sparse/maskedDense.ts';
export type {MaskedOptions} from './sparse/maskedKernel.ts';
export type {SparsifiableLayer, SparsifyOptions} from './sparse/sparsify.ts';
export {sparsify} from './sparse/sparsify.ts';
export type {PositionSet} from './topology/positionSet.ts';
export type {Positions} from './topology/positions.ts';
export type {Random, RandomState, SeededRandom} from './topology/random.ts';
export {freshSeed, seededRandom} from './topology/random.ts';
export {Topology} from './topology/topology.ts';
export type {TransposedIndex} from './topology/transpose.ts';
export type {TopologyUpdate} from './topology/update.ts';
export {deepRewiring} from './training/deepRewiring.ts';
export type {DSTOptions, GrownValuesRequest, PerturbRequest, ScheduleOptions} from './training/dstOptions.ts';
// Train
export {DSTScheduler} from './training/dstScheduler.ts';
export type {GMPOptions, ItopSchedule, PresetOptions} from './training/presets.ts';
export {GMPScheduler, RigLScheduler, rigLItop, SETScheduler, StaticScheduler, setItop} from './training/presets.ts';
export type {SchedulerCallback, SteppedScheduler} from './training/schedulerCallback.ts';
export type {SchedulerSettings, SchedulerState} from './training/schedulerState.ts';
export type {SetTopologiesOptions} from './training/setTopologies.ts';
export {setTopologies} from './training/setTopologies.ts';
export type {SavedSignal} from './training/signalState.ts';
export type {StrategyStates} from './training/strategyStates.ts';
export type {LayerUpdate, UpdateReport} from './training/updateReport.ts';
export type {CompanionWeight, FreshNumbers} from './weights/companionWeight.ts';
export type {FanKind, KernelInitializer} from './weights/initialValues.ts';
export type {
  ExtraWeight,
  LayerProduct,
  Reparameterization,
  ReparameterizationContext,
  SavedReparameterization,
} from './weights/reparameterization.ts';
export type {ContinuousSparsificationOptions} from './weights/reparameterizations/continuousSparsification.ts';
export {continuousSparsification} from './weights/reparameterizations/continuousSparsification.ts';
export type {GroupLassoOptions} from './weights/reparameterizations/groupLasso.ts';
export {groupLasso} from './weights/reparameterizations/groupLasso.ts';
export type {HardConcreteOptions} from './weights/reparameterizations/hardConcrete.ts';
export {hardConcrete} from './weights/reparameterizations/hardConcrete.ts';
export type {MakeReparameterization} from './weights/reparameterizations/known.ts';
export {registerReparameterization} from './weights/reparameterizations/known.ts';
export type {NetworkSurgeryOptions} from './weights/reparameterizations/networkSurgery.ts';
export {networkSurgery} from './weights/reparameterizations/networkSurgery.ts';
export type {SoftDeepRewiringOptions} from './weights/reparameterizations/softDeepRewiring.ts';
export {softDeepRewiring} from './weights/reparameterizations/softDeepRewiring.ts';
export type {SoftThresholdOptions} from './weights/reparameterizations/softThreshold.ts';
export {softThreshold} from './weights/reparameterizations/softThreshold.ts';
export type {SrSteOptions} from './weights/reparameterizations/srSte.ts';
export {srSte} from './weights/reparameterizations/srSte.ts';
export type {SwatOptions} from './weights/reparameterizations/swat.ts';
export {swat} from './weights/reparameterizations/swat.ts';
export type {TargetedDropoutOptions} from './weights/reparameterizations/targetedDropout.ts';
export {targetedDropout} from './weights/reparameterizations/targetedDropout.ts';
export type {TopKastOptions} from './weights/reparameterizations/topKast.ts';
export {topKast} from './weights/reparameterizations/topKast.ts';
export type {TrainableMaskOptions} from './weights/reparameterizations/trainableMask.ts';
export {trainableMask} from './weights/reparameterizations/trainableMask.ts';
export type {VariationalDropoutOptions} from './weights/reparameterizations/variationalDropout.ts';
export {variationalDropout} from './weights/reparameterizations/variationalDropout.ts';
export type {PerConnection, SparseOpOptions, SparseWeight} from './weights/sparseWeight.ts';
export type {Constraint, Regularizer} from './weights/tfjsInternals.ts';
