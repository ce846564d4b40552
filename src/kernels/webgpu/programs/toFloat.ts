import type {GpuProgram} from '../gpu.ts';
import {elementwise} from './elementwise.ts';

/** Integers, or truth values, as floats. */
export const toFloat: GpuProgram = {
  ...elementwise('toFloat', [], 'f32(numbers[at])'),
  inputs: {numbers: 'i32'},
};
