import {expect, test} from 'vitest';
import {describeValue} from '../../src/topology/describeValue.ts';
import {freshSeed, isRandomState, type Random, seededRandom} from '../../src/topology/random.ts';

const draw = (random: Random, count: number) => Array.from({length: count}, () => random());

test('the same seed gives the same numbers, another seed others', () => {
  expect(draw(seededRandom(7), 50)).toEqual(draw(seededRandom(7), 50));
  expect(draw(seededRandom(7), 50)).toEqual(draw(seededRandom('7'), 50));
  expect(draw(seededRandom(7), 50)).not.toEqual(draw(seededRandom(8), 50));
});

test('the numbers of a seed never change from one version to the next', () => {
  expect(draw(seededRandom(7), 2)).toEqual([0.3645951841044893, 0.18762038776340717]);
});

test('numbers are in [0, 1), uniform, and carry more than 32 bits', () => {
  const numbers = draw(seededRandom(1), 20_000);
  expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
  expect(Math.abs(numbers.reduce((a, b) => a + b, 0) / numbers.length - 0.5)).toBeLessThan(0.01);
  const multiplesOf2ToMinus32 = numbers.filter((number) => Number.isInteger(number * 2 ** 32));
  expect(multiplesOf2ToMinus32.length).toBeLessThan(10);
});

test('a saved state survives JSON and continues where it was taken', () => {
  const random = seededRandom('a word');
  draw(random, 13);
  const saved = JSON.parse(JSON.stringify(random.state()));
  const next = draw(random, 20);
  expect(draw(seededRandom(saved), 20)).toEqual(next);
  expect(draw(seededRandom(saved), 20)).toEqual(next);
});

test('every state that a seed leads to is one to continue from', () => {
  for (let seed = 0; seed < 200; seed++) {
    const random = seededRandom(seed);
    for (let i = 0; i < 50; i++, random()) expect(isRandomState(random.state())).toBe(true);
  }
});

test.each([
  ['one that draws 0 for ever', {c: 0, s0: 0, s1: 0, s2: 0}],
  ['one that draws the largest number for ever', {c: 2_091_638, s0: 1 - 2 ** -32, s1: 1 - 2 ** -32, s2: 1 - 2 ** -32}],
  ['a carry that draws Infinity', {c: 1e308, s0: 0.5, s1: 0.5, s2: 0.5}],
  ['a carry as large as the multiplier', {c: 2_091_639, s0: 0.5, s1: 0.5, s2: 0.5}],
  ['a carry that is no integer', {c: 1.5, s0: 0.5, s1: 0.5, s2: 0.5}],
  ['a negative carry', {c: -1, s0: 0.5, s1: 0.5, s2: 0.5}],
  ['a number of 1', {c: 1, s0: 1, s1: 0.5, s2: 0.5}],
  ['a negative number', {c: 1, s0: 0.5, s1: -0.5, s2: 0.5}],
  ['a number between the multiples of 2^-32', {c: 1, s0: 0.5, s1: 0.5, s2: 2 ** -33}],
  ['a number as text', {c: 1, s0: 0.5, s1: 0.5, s2: '0.5'}],
  ['half a state', {c: 1, s0: 0.5}],
  ['nothing', null],
])('a state is refused that is damaged: %s', (_, state) => {
  expect(() => seededRandom(state as never)).toThrow(
    `received ${describeValue(state)}. Pass what state() returned, undamaged.`,
  );
});

test('two sources do not share their state', () => {
  const random = seededRandom(3);
  const expected = draw(seededRandom(3), 10);
  const interleaved = expected.map(() => {
    seededRandom(3)();
    return random();
  });
  expect(interleaved).toEqual(expected);
});

test('a fresh seed is a non-negative safe integer and not always the same', () => {
  const seeds = Array.from({length: 8}, freshSeed);
  expect(seeds.every((seed) => Number.isSafeInteger(seed) && seed >= 0)).toBe(true);
  expect(new Set(seeds).size).toBeGreaterThan(1);
});
