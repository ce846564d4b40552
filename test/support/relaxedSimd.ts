import {setFlagsFromString} from 'node:v8';
import {supportsRelaxedSimd} from '../../src/kernels/wasm/kernelModule.ts';

// Imported by tests that are to run on the kernels with relaxed SIMD also where Node has it behind a flag.
if (!supportsRelaxedSimd()) setFlagsFromString('--experimental-wasm-relaxed-simd');
