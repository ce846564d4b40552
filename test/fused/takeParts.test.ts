import {expect, test} from 'vitest';
import {claimPart, closeProgram, control, fail, hasFailed, openProgram} from '../../src/fused/control.ts';
import {encode, type Program} from '../../src/fused/program.ts';
import {takeParts} from '../../src/fused/takeParts.ts';
import {instantiateKernels} from '../../src/kernels/wasm/kernelModule.ts';

/** A memory with a program at an address, its words, and room for a vector behind it. */
function prepare(pages: number, address: number, program: Program) {
  const memory = new WebAssembly.Memory({initial: pages, maximum: pages, shared: true});
  const {code, table} = encode(program);
  const tableAddress = address + 8 * code.length;
  new Float64Array(memory.buffer, address, code.length).set(code);
  new Int32Array(memory.buffer, tableAddress, table.length).set(table);
  const words = new Int32Array(memory.buffer, 64, control.length);
  closeProgram(words);
  return {memory, words, open: () => openProgram(words, address, tableAddress, table.length / 3)};
}

test('a thread finds programs and numbers above 2 GiB', () => {
  const address = 2 ** 31 + 1024;
  const vector = address + 65536;
  const {memory, words, open} = prepare(32770, address, [[[{kernel: 'clear', args: [vector, 4]}]]]);
  const numbers = new Float32Array(memory.buffer, vector, 4).fill(1);
  takeParts(instantiateKernels(memory), memory, words, open());
  expect(hasFailed(words)).toBe(false);
  expect([...numbers]).toEqual([0, 0, 0, 0]);
});

test('a part that fails is finished all the same, and what follows it is passed over', () => {
  const vector = 1024;
  const outside = {kernel: 'clear' as const, args: [0xfffffff0, 4]};
  const inside = {kernel: 'clear' as const, args: [vector, 4]};
  const {memory, words, open} = prepare(1, 2048, [[[outside]], [[inside]]]);
  const numbers = new Float32Array(memory.buffer, vector, 4).fill(1);
  takeParts(instantiateKernels(memory), memory, words, open());
  expect(words[control.finished]).toBe(2);
  expect(hasFailed(words)).toBe(true);
  expect([...numbers]).toEqual([1, 1, 1, 1]);
});

test('a thread finds a program in memory that grew while it started, of which V8 never tells it', () => {
  const [vector, address] = [1024, 65536 + 1024];
  const {memory, words, open} = prepare(2, address, [[[{kernel: 'clear', args: [vector, 4]}]]]);
  const numbers = new Float32Array(memory.buffer, vector, 4).fill(1);
  let hasGrown = false;
  const stale = {
    get buffer() {
      return hasGrown ? memory.buffer : memory.buffer.slice(0, 65536);
    },
    grow(pages: number) {
      expect(pages).toBe(0);
      hasGrown = true;
      return 2;
    },
  };
  takeParts(instantiateKernels(memory), stale as unknown as WebAssembly.Memory, words, open());
  expect(hasFailed(words)).toBe(false);
  expect([...numbers]).toEqual([0, 0, 0, 0]);
});

test('once a part has failed, nobody waits for parts of phases before', () => {
  const inside = {kernel: 'clear' as const, args: [1024, 4]};
  const {memory, words, open} = prepare(1, 2048, [[[inside]], [[inside]], [[inside]]]);
  const program = open();
  // Of a thread that is gone: its part is claimed and never finished.
  expect(claimPart(words, program)).toBe(0);
  fail(words);
  takeParts(instantiateKernels(memory), memory, words, program);
  expect(words[control.finished]).toBe(2);
});
