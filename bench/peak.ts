import {readFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {Contestant} from './race.ts';

const SOURCE = 'bench/assembly/peak.ts';
const OPTIONS = '-O3 --noAssert --runtime stub --importMemory --noExportMemory --initialMemory 1 --enable simd';
/** Short enough that the engine optimises the loop after a few calls; many calls make one run. */
const ROUNDS = 20_000;
const CALLS = 200;
/** Ten chains of four lanes, a multiplication and an addition each. */
const FLOPS = ROUNDS * CALLS * 10 * 4 * 2;

/** The SIMD peak of this core in this engine, with fused multiply-adds or without. */
export async function peakContestant(isRelaxed: boolean): Promise<Contestant> {
  const memory = new WebAssembly.Memory({initial: 1});
  new Float32Array(memory.buffer).set([0.5, 0.5, 0.5, 0.5, 0.1, 0.1, 0.1, 0.1]);
  const module = new WebAssembly.Module(await compile(isRelaxed));
  const {peak} = new WebAssembly.Instance(module, {env: {memory}}).exports as {
    peak(rounds: number, at: number): void;
  };
  return {
    label: 'SIMD peak',
    flops: FLOPS,
    run: async () => {
      for (let call = 0; call < CALLS; call++) peak(ROUNDS, 0);
    },
  };
}

async function compile(isRelaxed: boolean): Promise<Uint8Array<ArrayBuffer>> {
  const {default: asc} = await import('assemblyscript/asc');
  const file = join(tmpdir(), `itop-peak-${process.pid}.wasm`);
  const relaxed = isRelaxed ? ['--enable', 'relaxed-simd'] : [];
  const {error, stderr} = await asc.main([SOURCE, '--outFile', file, ...OPTIONS.split(' '), ...relaxed]);
  if (error) throw new Error(`bench: ${SOURCE} must compile, received ${error.message}\n${stderr}`);
  return new Uint8Array(await readFile(file));
}
