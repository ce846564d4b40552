import {registerScalarKernels} from './scalar/register.ts';
import {registerConv2dBackpropFilter} from './wasm/conv2dBackpropFilter.ts';

registerScalarKernels();
registerConv2dBackpropFilter();
