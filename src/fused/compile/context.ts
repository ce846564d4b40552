import type {Block} from '../../kernels/wasm/blocks.ts';
import type {BatchMemory} from '../batchMemory.ts';
import {rowAt} from '../images.ts';
import type {PlanMemory} from '../memory.ts';
import type {Buffer, Plan} from '../plan.ts';
import type {Call, Phase, Program} from '../program.ts';

/** What the calls of all steps depend on. */
export interface Context {
  readonly plan: Plan;
  readonly memory: PlanMemory;
  /** Where the plan's buffers are. */
  readonly batch: BatchMemory;
  readonly blocks: readonly Block[];
  /** In how many parts a product or an update of one layer is cut. */
  readonly cuts: number;
  readonly isTraining: boolean;
}

/** Builds a program. What is to be done for each block of samples goes on without a barrier until blocks must meet. */
export class ProgramBuilder {
  private readonly phases: Call[][][] = [];
  private blockPhase: Call[][] | undefined;

  constructor(private readonly blocks: readonly Block[]) {}

  /** Calls for each block. */
  forEachBlock(calls: (block: Block, index: number) => readonly Call[]): void {
    if (!this.blockPhase) {
      this.blockPhase = this.blocks.map(() => []);
      this.phases.push(this.blockPhase);
    }
    for (const [i, block] of this.blocks.entries()) this.blockPhase[i].push(...calls(block, i));
  }

  /** Parts for which all blocks must be there, and for which those that follow wait. */
  together(parts: Phase): void {
    if (parts.length === 0) return;
    this.blockPhase = undefined;
    this.phases.push(parts.map((part) => [...part]));
  }

  build(): Program {
    return this.phases;
  }
}

/** Buffers whose gradient has been begun: to these is added, the others are written. */
export class BegunGradients {
  private readonly begun = new Set<number>();

  /** @returns true if the gradient of the buffer is to be written; the next time it will be added to */
  begin(buffer: number): boolean {
    const isFirst = !this.begun.has(buffer);
    this.begun.add(buffer);
    return isFirst;
  }
}

/** Bytes of a number of rows of samples. */
export function bytes(rows: number, {stride}: Block): number {
  return 4 * rows * stride;
}

/** Address of a pixel in a block of an image. */
export function pixelAddress(address: number, buffer: Buffer, y: number, x: number, block: Block): number {
  return address + bytes(rowAt(buffer, y, x), block);
}

/** A length in ranges of multiples of `unit`. */
export function rangesOf(length: number, unit: number, count: number): [number, number][] {
  const cut = (i: number) => Math.min(length, Math.round((length * i) / count / unit) * unit);
  return Array.from({length: count}, (_, i): [number, number] => [
    cut(i),
    i + 1 === count ? length : cut(i + 1),
  ]).filter(([begin, end]) => begin < end);
}
