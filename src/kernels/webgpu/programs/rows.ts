import type {GpuProgram} from '../gpu.ts';

/** Threads of a workgroup, each with one row. */
export const ROW_THREADS = 64;

/**
 * A program that goes through the rows of matrices `[rows, columns]`, a thread through each.
 *
 * @param inputs  names of its buffers
 * @param body    in terms of `row`, and of `begin` and `end`, the indices of its first number and of the one behind its last
 */
export function overRows(
  name: string,
  inputs: readonly string[],
  body: string,
  {floats = [], functions = ''}: {readonly floats?: readonly string[]; readonly functions?: string} = {},
): GpuProgram {
  return {
    name,
    inputs: Object.fromEntries(inputs.map((input) => [input, 1])),
    output: 1,
    uniforms: ['rows', 'columns'],
    floats,
    code: `
    ${functions}
    fn main() {
      let row = groupIndex() * ${ROW_THREADS} + i32(localIndex);
      if (row >= uniforms.rows) {
        return;
      }
      let begin = row * uniforms.columns;
      let end = begin + uniforms.columns;
      ${body}
    }`,
  };
}
