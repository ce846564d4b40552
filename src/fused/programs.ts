import {holdTopology} from '../ops/topologyResources.ts';
import type {Crew, CrewProgram} from './crew.ts';
import type {PlanMemory} from './memory.ts';
import type {Program} from './program.ts';

/** The compiled programs of a model by name. The indices whose addresses are in them stay until they are discarded. */
export class Programs {
  private readonly known = new Map<string, {readonly crew: Crew; readonly program: CrewProgram}>();
  private readonly holds: (() => void)[] = [];

  /** The program of a name, compiled if it is new. Programs belong to their crew: with another one, all are discarded. */
  get(memory: PlanMemory, name: string, crew: Crew, threads: number, compile: () => Program): CrewProgram {
    const known = this.known.get(name);
    if (known?.crew === crew) return known.program;
    if (known) this.discard();
    if (this.known.size === 0) this.hold(memory);
    const program = crew.prepare(compile(), threads);
    this.known.set(name, {crew, program});
    return program;
  }

  /** Gives their memory back, and the indices to whoever else has them. */
  discard(): void {
    for (const {crew, program} of this.known.values()) crew.discard(program);
    this.known.clear();
    for (const end of this.holds.splice(0)) end();
  }

  private hold({products}: PlanMemory): void {
    for (const {topology} of products.values()) this.holds.push(holdTopology(topology));
  }
}
