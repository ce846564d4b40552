import {expect, it} from 'vitest';
import {duration, escapeHtml, fourDigits, percent, whole, withPrefix} from '../../src/report/html.ts';

it('numbers are written short', () => {
  expect([0, 5, 999, 999.9, 1000, 999_900, 26_640, 3.143e18, -2.5e6, 1.5e22].map(withPrefix)).toEqual([
    '0',
    '5',
    '999',
    '1 k',
    '1 k',
    '1 M',
    '26.6 k',
    '3.14 E',
    '-2.5 M',
    '15000 E',
  ]);
  expect([0, 0.05, 0.0658123, 1, 0 / 0].map(percent)).toEqual(['0 %', '5 %', '6.58 %', '100 %', '–']);
  expect([0, 0.00123456, 1, 9999.4, 9999.6, -12_345.678, 1e15].map(fourDigits)).toEqual([
    '0.000',
    '0.001235',
    '1.000',
    '9999',
    '10,000',
    '-12,346',
    '1.000e+15',
  ]);
  expect(whole(12_345.6)).toBe('12,346');
  expect([6.04, 99, 99.6, 600, 5999, 6001, 100_000].map(duration)).toEqual([
    '6.0 s',
    '99 s',
    '2 min',
    '10 min',
    '1 h 40 min',
    '1 h 40 min',
    '27 h 47 min',
  ]);
});

it('text cannot become markup', () => {
  expect(escapeHtml(`<a href="'&'">`)).toBe('&#60;a href=&#34;&#39;&#38;&#39;&#34;&#62;');
});
