import {joinVectors} from 'itop/node';
import {expect, it} from 'vitest';
import {instantiateKernels} from '../../../src/kernels/wasm/kernelModule.ts';

const isToBeHad = process.arch === 'x64' && Number(process.versions.node.split('.')[0]) >= 24;

it.skipIf(isToBeHad)('says where vectors can be joined, and that nothing needs it', () => {
  expect(joinVectors).toThrow(
    `joinVectors: needs Node 24 or later on an x64 processor, received Node ${process.version} on ${process.arch}. ` +
      'Leave the call out: the kernels work without it, in 128 bits.',
  );
});

it.runIf(isToBeHad)('joins vectors of kernels that are yet to be compiled, and says where it is too late', () => {
  joinVectors();
  instantiateKernels(new WebAssembly.Memory({initial: 1}));
  expect(joinVectors).toThrow('joinVectors: must be called before any kernel is compiled');
});
