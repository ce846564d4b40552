import {batchNorm} from './batchNorm.ts';
import {binaryKernels} from './binary.ts';
import type {FastKernel} from './fastKernel.ts';
import {rowGathers} from './gatherRows.ts';
import {identity} from './identity.ts';
import {maxPoolGrad} from './maxPoolGrad.ts';
import {mean, sum} from './reduce.ts';
import {replaceKernels} from './replaceKernels.ts';
import {select} from './select.ts';
import {sliceRows} from './sliceRows.ts';
import {softmax} from './softmax.ts';
import {tile} from './tile.ts';
import {transpose} from './transpose.ts';
import {unaryKernels} from './unary.ts';

const fastKernels: readonly FastKernel[] = [
  ...rowGathers,
  tile('cpu'),
  ...binaryKernels,
  ...unaryKernels,
  select,
  sum,
  mean,
  softmax,
  batchNorm,
  maxPoolGrad,
  transpose,
  tile('wasm'),
  sliceRows,
  identity,
];

/**
 * Replaces slow stock kernels of tfjs's backends `cpu` and `wasm` by faster ones with equal results, for everything that
 * runs in tfjs. Useful for training: `model.fit` makes its batches with `GatherV2`; losses, batch normalization and
 * optimizers are made of the others.
 *
 * | backend | kernels | for |
 * |---|---|---|
 * | cpu, wasm | `GatherV2` | int32 indices along axis 0 without batch dimensions |
 * | cpu, wasm | `Tile` | the tensor repeated as a whole: only dimensions of 1 with no larger ones before them |
 * | cpu | `Add`, `Sub`, `Multiply`, `RealDiv`, `Maximum`, `Minimum`, `SquaredDifference` | float32, every broadcast |
 * | cpu | `Equal`, `NotEqual`, `Greater`, `GreaterEqual`, `Less`, `LessEqual` | float32, every broadcast |
 * | cpu | `LogicalAnd`, `LogicalOr` | bool, every broadcast |
 * | cpu | `Neg`, `Square`, `Sqrt`, `Rsqrt`, `Exp`, `Log`, `Floor`, `ClipByValue` | float32 |
 * | cpu | `Relu`, `Elu`, `Sigmoid`, `Tanh`, `Step` | float32 |
 * | cpu | `Select` | float32 results, operands of one shape |
 * | cpu | `Sum`, `Mean` | float32, over neighbouring dimensions |
 * | cpu | `Softmax` | float32, over the last dimension |
 * | cpu | `FusedBatchNorm` | float32, parameters for each place of the last dimension |
 * | cpu | `MaxPoolGrad` | float32 |
 * | cpu | `Transpose` | float32 matrices |
 * | wasm | `Slice` | numbers that lie together, whole rows for instance |
 * | wasm | `Identity` | numbers, which are shared instead of copied |
 *
 * All other calls go to the stock kernel, those without any element among them. Equal means: the same bits, dtype and
 * shape (of a NaN only that it is one), and the same errors. The kernels compute in double precision and round to float32
 * where, and in the order in which, the stock kernels of tfjs 4.22 do.
 *
 * Call it before or after a backend starts, but after its package is imported. Where the kernels are replaced already, a
 * call only counts: the stock kernels come back with the last of the returned functions, called in any order.
 *
 * @returns puts the stock kernels back; calling it again does nothing
 */
export function accelerateTfjs(): () => void {
  return replaceKernels(fastKernels);
}
