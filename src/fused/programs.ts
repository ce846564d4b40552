import {holdTopology} from '../ops/topologyResources.ts';
import type {PlanMemory} from './memory.ts';
import type {Program} from './program.ts';
import type {CompiledProgram, ThreadPool} from './threadPool.ts';

/** The compiled programs of a model by name. The indices whose addresses are in them stay until they are discarded. */
export class Programs {
  private readonly known = new Map<string, {readonly pool: ThreadPool; readonly program: CompiledProgram}>();
  private readonly holds: (() => void)[] = [];

  /** The program of a name, compiled if it is new. Programs belong to their pool: with another one, all are discarded. */
  get(memory: PlanMemory, name: string, pool: ThreadPool, threads: number, compile: () => Program): CompiledProgram {
    const known = this.known.get(name);
    if (known?.pool === pool) return known.program;
    if (known) this.discard();
    if (this.known.size === 0) this.hold(memory);
    const program = pool.prepare(compile(), threads);
    this.known.set(name, {pool, program});
    return program;
  }

  /** Gives their memory back; indices that others use stay. */
  discard(): void {
    for (const {pool, program} of this.known.values()) pool.discard(program);
    this.known.clear();
    for (const end of this.holds.splice(0)) end();
  }

  private hold({products}: PlanMemory): void {
    for (const {topology} of products.values()) this.holds.push(holdTopology(topology));
  }
}
