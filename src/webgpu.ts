/**
 * The backend `webgpu`: kernels for it, and training steps that are recorded once and replayed. Import it for its effect, beside
 * TensorFlow.js's own package for the backend:
 *
 * ```ts
 * import '@tensorflow/tfjs-backend-webgpu';
 * import 'itop/webgpu';
 * ```
 *
 * @module itop/webgpu
 */

import {bringDeviceStep} from './fused/deviceStep.ts';
import {isReplayBackend} from './fused/replay/gpuInternals.ts';
import {ReplayedModel} from './fused/replay/replayedModel.ts';
import {registerGpuKernels} from './kernels/webgpu/register.ts';

registerGpuKernels();
bringDeviceStep({runsOn: isReplayBackend, create: (model) => new ReplayedModel(model)});
