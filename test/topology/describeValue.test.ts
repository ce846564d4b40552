import {expect, test} from 'vitest';
import {describeValue} from '../../src/topology/describeValue.ts';

test('shows the beginning of any value in one line', () => {
  expect(describeValue('two\nlines')).toBe('"two\\nlines"');
  expect(describeValue({a: [1]})).toBe('{"a":[1]}');
  expect(describeValue(undefined)).toBe('undefined');
  expect(describeValue(describeValue)).toBe('the function describeValue');
  expect(describeValue('x'.repeat(100))).toBe(`"${'x'.repeat(59)}…`);
});

test('says what a value is that cannot be written', () => {
  let deep: unknown = [];
  for (let i = 0; i < 50_000; i++) deep = [deep];
  const loop: Record<string, unknown> = {};
  loop.self = loop;
  expect([deep, loop, 5n].map(describeValue)).toEqual(['a list', 'object', 'bigint']);
});
