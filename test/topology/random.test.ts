import {expect, test} from 'vitest';
import {freshSeed, type Random, seededRandom} from '../../src/topology/random.ts';

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
