import {threads} from 'itop';
import {FusedModel} from '../../src/fused/fusedModel.ts';

/** Has small programs run on threads, too, which else are not worth it: scripts choose how many by `setThreads`. */
export function useThreads(): void {
  const prototype = FusedModel.prototype as unknown as {threadsFor(): number};
  prototype.threadsFor = threads;
}
