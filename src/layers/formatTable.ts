/**
 * Plain text columns: the first and the last to the left, the others to the right.
 *
 * @param header  one title per column
 * @param rows    as many cells each
 */
export function formatTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const isLeft = (column: number) => column === 0 || column === header.length - 1;
  return lines
    .map((line) =>
      line
        .map((cell, column) => (isLeft(column) ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
