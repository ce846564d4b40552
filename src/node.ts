/**
 * What only Node needs.
 *
 * @module itop/node
 */

export {
  type NodeGPUAdapter,
  type NodeGPUOptions,
  registerWebGPUInNode,
} from './kernels/webgpu/registerWebGPUInNode.ts';
