/**
 * What only Node needs: models in files, a progress bar, WebGPU.
 *
 * @module itop/node
 */

import {registerFileScheme} from './node/registerFileScheme.ts';
// Whoever sets the backend up needs its kernels.
import './webgpu.ts';

registerFileScheme();

export {joinVectors} from './kernels/wasm/joinVectors.ts';
export {
  type NodeGPUAdapter,
  type NodeGPUOptions,
  registerWebGPUInNode,
} from './kernels/webgpu/registerWebGPUInNode.ts';
export {fileSystem} from './node/fileSystem.ts';
export {type ProgressBarOptions, type ProgressStream, progressBar} from './node/progressBar.ts';
export {type FolderStoreOptions, fileStore, folderStore, type NodeFileStore} from './node/stores.ts';
