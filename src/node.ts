/**
 * What only Node needs.
 *
 * @module itop/node
 */

// Whoever sets the backend up needs its kernels.
import './webgpu.ts';

export {
  type NodeGPUAdapter,
  type NodeGPUOptions,
  registerWebGPUInNode,
} from './kernels/webgpu/registerWebGPUInNode.ts';
