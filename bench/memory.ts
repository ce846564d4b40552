import {execFile} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import type {BenchNetwork} from './shapes.ts';

/** Peak resident memory of a process. */
export interface Memory {
  readonly label: string;
  /** Of 10⁶ bytes. */
  readonly megabytes: number;
}

const child = fileURLToPath(new URL('memoryChild.ts', import.meta.url));

/** Peak memory of processes, each of which trains this network only: dense, and with each density. */
export async function peakMemory(
  backend: string,
  {name}: BenchNetwork,
  batch: number,
  densities: readonly number[],
): Promise<Memory[]> {
  const memory: Memory[] = [];
  for (const label of ['dense', ...densities.map(String)]) {
    memory.push({label, megabytes: await measure(backend, name, label, `${batch}`)});
  }
  return memory;
}

const idle = new Map<string, Promise<number>>();

/** Peak memory of a process with this backend and no network; measured once. */
export function idleMemory(backend: string): Promise<number> {
  if (!idle.has(backend)) idle.set(backend, measure(backend));
  return idle.get(backend)!;
}

async function measure(...args: string[]): Promise<number> {
  const {stdout} = await promisify(execFile)(process.execPath, ['--import', 'tsx', child, ...args]);
  return Number(stdout.trim().split('\n').at(-1));
}
