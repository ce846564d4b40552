import type {GpuProgram} from '../gpu.ts';

/** Columns that a workgroup takes, and the rows that its threads read at a time. */
export const COLUMNS_THREADS = [32, 8] as const;

interface ColumnSumsOptions extends Pick<GpuProgram, 'further'> {
  /** Before the rows are gone through, for each column. */
  readonly prepare?: string;
  /** Before the terms of each row. */
  readonly prepareRow?: string;
  /** Names of further uniforms that are i32, */
  readonly uniforms?: readonly string[];
  /** and of those that are f32. */
  readonly floats?: readonly string[];
}

/**
 * Sums over the rows of matrices `[rows, columns]`, in splits: `[splits, terms, columns]`.
 *
 * Neighbouring threads read neighbouring columns; what the threads of a column have is added up in the workgroup's memory.
 *
 * @param inputs   names of its buffers
 * @param terms    what is added up, in terms of `at`, the index in a matrix, and `column`
 */
export function columnSums(
  name: string,
  inputs: readonly string[],
  terms: readonly string[],
  {prepare = '', prepareRow = '', uniforms = [], floats = [], further}: ColumnSumsOptions = {},
): GpuProgram {
  const [width, height] = COLUMNS_THREADS;
  const each = (line: (term: string, i: number) => string) => terms.map(line).join('\n      ');
  return {
    name,
    inputs: Object.fromEntries(inputs.map((input) => [input, 1])),
    output: 1,
    further,
    uniforms: ['rows', 'columns', 'columnGroups', 'splits', 'splitRows', ...uniforms],
    floats,
    code: `
    var<workgroup> threadSums : array<array<array<f32, ${width}>, ${height}>, ${terms.length}>;

    fn main() {
      let group = groupIndex();
      let split = group / uniforms.columnGroups;
      let column = (group - split * uniforms.columnGroups) * ${width} + i32(localId.x);
      let end = min((split + 1) * uniforms.splitRows, uniforms.rows);
      ${each((_, i) => `var sum${i} = 0.0;`)}
      if (column < uniforms.columns) {
        ${prepare}
        for (var row = split * uniforms.splitRows + i32(localId.y); row < end; row += ${height}) {
          let at = row * uniforms.columns + column;
          ${prepareRow}
          ${each((term, i) => `sum${i} += ${term};`)}
        }
      }
      ${each((_, i) => `threadSums[${i}][localId.y][localId.x] = sum${i};`)}
      workgroupBarrier();
      if (localId.y > 0u || column >= uniforms.columns || split >= uniforms.splits) {
        return;
      }
      for (var term = 0; term < ${terms.length}; term++) {
        var sum = 0.0;
        for (var row = 0; row < ${height}; row++) {
          sum += threadSums[term][row][localId.x];
        }
        result[(split * ${terms.length} + term) * uniforms.columns + column] = sum;
      }
    }`,
  };
}
