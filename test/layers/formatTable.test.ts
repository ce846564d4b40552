import {describe, expect, test} from 'vitest';
import {formatTable} from '../../src/layers/formatTable.ts';

describe('formatTable', () => {
  test('aligns the first and the last column to the left, the others to the right', () => {
    const table = formatTable(
      ['name', 'n', 'why'],
      [
        ['a', '10', 'x'],
        ['longer', '5', 'because'],
      ],
    );
    expect(table.split('\n')).toEqual(['name     n  why', 'a       10  x', 'longer   5  because']);
  });

  test('leaves no spaces at the ends of lines', () => {
    expect(formatTable(['a', 'bb', ''], [['1', '2', '']])).toBe('a  bb\n1   2');
  });

  test('of no rows is the header', () => {
    expect(formatTable(['a', 'b'], [])).toBe('a  b');
  });
});
