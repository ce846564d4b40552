/**
 * Files: checkpoints that continue a training bit for bit, small files of sparse models, exchange with PyTorch.
 *
 * @module itop/files
 */

export {downloadStore, type IndexedDBStoreOptions, indexedDBStore} from './files/browserStores.ts';
export {Checkpoints, type CheckpointsOptions} from './files/checkpoints.ts';
export {type LoadedCheckpoint, loadCheckpoint, type ResumedParts} from './files/loadCheckpoint.ts';
export {type LoadSparseOptions, loadSparse} from './files/loadSparse.ts';
export {type CheckpointParts, saveCheckpoint} from './files/saveCheckpoint.ts';
export {type SaveSparseOptions, saveSparse} from './files/saveSparse.ts';
export type {ValueKind} from './files/sparseValues.ts';
export type {FileSource, FileStore, FileTarget, ReadOptions} from './files/store.ts';
export {loadTorch, saveTorch} from './files/torch.ts';
