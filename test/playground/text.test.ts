import {expect, test} from 'vitest';
import {bytes, milliseconds, short, times} from '../../examples/playground/text.ts';

test('numbers have units, a few digits and no exponent', () => {
  expect([0, 436, 999.6, 1000, 999_499, 999_999, 1_234_567].map(short)).toEqual([
    '0',
    '436',
    '1.00 k',
    '1.00 k',
    '999 k',
    '1.00 M',
    '1.23 M',
  ]);
  expect([436, 43_600].map(bytes)).toEqual(['436 B', '43.6 kB']);
  expect([0, 0.25, 9.96, 12.3, 930, 12_345].map(milliseconds)).toEqual([
    '–',
    '0.25 ms',
    '10 ms',
    '12 ms',
    '930 ms',
    '12345 ms',
  ]);
  expect([0.5, 4.26, 99.7, 200].map(times)).toEqual(['0.50 ×', '4.3 ×', '100 ×', '200 ×']);
});
