import {holdTopology} from '../ops/topologyResources.ts';
import type {PlanMemory} from './memory.ts';
import type {Program} from './program.ts';
import type {CompiledProgram, ThreadPool} from './threadPool.ts';

/** Programs that a model keeps: those of some ten batch sizes in training. */
const MOST = 32;

/** The compiled programs of a model by name, the last used at the end. The indices whose addresses are in them stay until they are discarded. */
export class Programs {
  private readonly known = new Map<string, {readonly pool: ThreadPool; readonly program: CompiledProgram}>();
  private readonly holds: (() => void)[] = [];

  /** The program of a name, compiled if it is new. Programs belong to their pool: with another one, all are discarded. */
  get(memory: PlanMemory, name: string, pool: ThreadPool, threads: number, compile: () => Program): CompiledProgram {
    const known = this.known.get(name);
    if (known && known.pool !== pool) this.discard();
    if (this.known.size === 0) this.hold(memory);
    const program = known?.pool === pool ? known.program : pool.prepare(compile(), threads);
    this.known.delete(name);
    this.known.set(name, {pool, program});
    if (this.known.size > MOST) this.drop([...this.known.keys()][0]);
    return program;
  }

  /** Gives their memory back; indices that others use stay. */
  discard(): void {
    for (const name of this.known.keys()) this.drop(name);
    for (const end of this.holds.splice(0)) end();
  }

  private drop(name: string): void {
    const {pool, program} = this.known.get(name)!;
    pool.discard(program);
    this.known.delete(name);
  }

  private hold({products}: PlanMemory): void {
    for (const {topology} of products.values()) this.holds.push(holdTopology(topology));
  }
}
