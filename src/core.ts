/**
 * What strategies, schedulers and layers of one's own are made of: the sparse ops with their kernels and gradients, the update of
 * a topology, exact sampling and selection, sets of positions.
 *
 * @module itop/core
 */

import './kernels/register.ts';

export {type ConnectivityRequest, updateConnectivity} from './algorithms/updateConnectivity.ts';
export {RunLogCallback} from './log/runLogCallback.ts';
export type {ConvGeometry} from './ops/convGeometry.ts';
export type {FusedOutput} from './ops/fusedOutput.ts';
export type {GradientOp} from './ops/gradientProbe.ts';
export {GradientProbe} from './ops/gradientProbe.ts';
export type {
  FusedActivation,
  OutputAttrs,
  RowRange,
  SparseConv2dAttrs,
  SparseMatMulAttrs,
  TopologyAttrs,
} from './ops/kernelNames.ts';
export type {SparseConv2dOptions} from './ops/sparseConv2d.ts';
export {sparseConv2d} from './ops/sparseConv2d.ts';
export type {SparseMatMulOptions} from './ops/sparseMatMul.ts';
export {sparseMatMul} from './ops/sparseMatMul.ts';
export {releaseTopology} from './ops/topologyResources.ts';
export {matchSlots} from './topology/matchSlots.ts';
export {absentFrom, BitSet, type PositionSet, SortedSet} from './topology/positionSet.ts';
export {MAX_INT32_SIZE, type Positions} from './topology/positions.ts';
export {samplePositions} from './topology/sample.ts';
export {selectLargest, selectSmallest} from './topology/select.ts';
export {newSlots, positionsAt, positionsWithout, type TopologyUpdate, updateTopology} from './topology/update.ts';
export {SchedulerCallback} from './training/schedulerCallback.ts';
export {SparseWeight} from './weights/sparseWeight.ts';
