import type {GpuProgram} from '../gpu.ts';

/** Threads of a workgroup, each with one number. */
export const ELEMENT_THREADS = 64;

/** What a program besides reads and knows. */
interface ElementwiseOptions extends Pick<GpuProgram, 'further'> {
  /** Before the formula. */
  readonly prepare?: string;
  /** Names of uniforms, i32 and f32. */
  readonly uniforms?: readonly string[];
  readonly floats?: readonly string[];
  /** Functions. */
  readonly functions?: string;
}

/**
 * A program that computes each number by itself, `length` in all.
 *
 * @param inputs   names of its buffers
 * @param formula  of the number with the index `at`
 */
export function elementwise(
  name: string,
  inputs: readonly string[],
  formula: string,
  {prepare = '', uniforms = [], floats = [], functions = '', further}: ElementwiseOptions = {},
): GpuProgram {
  return {
    name,
    inputs: Object.fromEntries(inputs.map((input) => [input, 1])),
    output: 1,
    further,
    uniforms: ['length', ...uniforms],
    floats,
    code: `
    ${functions}
    fn main() {
      let at = groupIndex() * ${ELEMENT_THREADS} + i32(localIndex);
      if (at >= uniforms.length) {
        return;
      }
      ${prepare}
      result[at] = ${formula};
    }`,
  };
}
