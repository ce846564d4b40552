import {checkKind} from '../topology/checkKind.ts';

// Operations of training, per optimizer step and sample, from those of a forward pass (see `forwardFlops`): f_S of the
// sparse network, f_D of the dense one. A backward pass costs two forward passes, one for the gradients of the
// activations and one for those of the weights. What it costs to choose connections is negligible and not counted.
// See Evci et al. 2020, "Rigging the Lottery", appendix on floating-point operations, https://arxiv.org/abs/1911.11134

/** Operations per step and sample of dense training: 3 · f_D. */
export function denseTrainingFlops(dense: number): number {
  checkKind('denseTrainingFlops', 'dense', 'a number', dense, 'Pass flopsReport(model).dense.');
  return 3 * dense;
}

/** Operations per step and sample of a fixed topology, or one that grows without gradients as in SET: 3 · f_S. */
export function staticTrainingFlops(sparse: number): number {
  checkKind('staticTrainingFlops', 'sparse', 'a number', sparse, 'Pass flopsReport(model).sparse.');
  return 3 * sparse;
}

/**
 * Operations per step and sample of RigL, (3 · f_S · ΔT + 2 · f_S + f_D) / (ΔT + 1): the gradient of all weights is
 * computed on one of ΔT + 1 steps.
 *
 * @param updateInterval  ΔT, optimizer steps between two updates of the topology, at least 1
 * @throws RangeError if `updateInterval` is below 1 or not finite
 */
export function riglTrainingFlops(sparse: number, dense: number, updateInterval: number): number {
  checkKind('riglTrainingFlops', 'sparse', 'a number', sparse, 'Pass flopsReport(model).sparse.');
  checkKind('riglTrainingFlops', 'dense', 'a number', dense, 'Pass flopsReport(model).dense.');
  if (!(updateInterval >= 1 && Number.isFinite(updateInterval))) {
    throw new RangeError(
      `riglTrainingFlops: updateInterval must be a finite number of at least 1, received ${updateInterval}. ` +
        'If the topology never changes, use staticTrainingFlops.',
    );
  }
  return (3 * sparse * updateInterval + 2 * sparse + dense) / (updateInterval + 1);
}

/** Operations per step and sample of SNFS, whose momentum needs the gradient of all weights each time: 2 · f_S + f_D. */
export function snfsTrainingFlops(sparse: number, dense: number): number {
  checkKind('snfsTrainingFlops', 'sparse', 'a number', sparse, 'Pass flopsReport(model).sparse.');
  checkKind('snfsTrainingFlops', 'dense', 'a number', dense, 'Pass flopsReport(model).dense.');
  return 2 * sparse + dense;
}
