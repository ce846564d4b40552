import {registerDenseForm} from './denseForm.ts';
import {borrowKernels} from './wasm/borrowedKernels.ts';
import {registerConv2dBackpropFilter} from './wasm/conv2dBackpropFilter.ts';
import {registerWasmKernels} from './wasm/register.ts';

registerWasmKernels();
registerDenseForm();
registerConv2dBackpropFilter();
borrowKernels();
