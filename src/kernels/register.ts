import {registerScalarKernels} from './scalar/register.ts';
import {borrowKernels} from './wasm/borrowedKernels.ts';
import {registerConv2dBackpropFilter} from './wasm/conv2dBackpropFilter.ts';
import {registerWasmKernels} from './wasm/register.ts';
import {registerGpuKernels} from './webgpu/register.ts';

// A kernel that is there already stays: the scalar ones serve what the others leave.
registerWasmKernels();
registerScalarKernels();
registerGpuKernels();
registerConv2dBackpropFilter();
borrowKernels();
