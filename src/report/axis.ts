import {whole} from './html.ts';

const PREFIXES = ['', ' k', ' M', ' G', ' T', ' P', ' E'];
/** Numbers from here on have the prefix of their thousands. */
const LARGE = 10_000;
/** Below and above, numbers are written as powers. */
const [TINY, HUGE] = [1e-3, 1e21];
/** So many digits are short enough behind a prefix; whole numbers up to so large are written out instead. */
const [SHORT, WRITTEN_OUT] = [3, 1e9];
/** Ticks of a horizontal axis: fewer where their labels are longer than some characters. */
const [MANY, FEW, LONG] = [6, 3, 5];

/** The label of a tick: with as many digits as it takes to tell the ticks of the axis apart, the same for all of them. */
export function axisLabel(value: number, ticks: readonly number[] = [value]): string {
  const largest = Math.max(...ticks.map(Math.abs));
  if (value === 0) return '0';
  const digits = leastWhere((n) => isFaithful(ticks, (tick) => tick.toPrecision(n)), 1, 17);
  const rounded = Number(value.toPrecision(digits));
  if (largest < TINY || largest >= HUGE) return rounded.toExponential();
  if (largest >= LARGE) {
    if (digits > SHORT && largest < WRITTEN_OUT && ticks.every(Number.isInteger)) return whole(value);
    const power = Math.min(Math.max(Math.floor(Math.log10(Math.abs(rounded)) / 3), 0), PREFIXES.length - 1);
    return `${Number((rounded / 1000 ** power).toPrecision(digits))}${PREFIXES[power]}`;
  }
  return value.toFixed(leastWhere((n) => isFaithful(ticks, (tick) => tick.toFixed(n)), 0, 17));
}

/** Ticks of a horizontal axis, as far apart as their labels need. */
export function horizontalTicks(least: number, most: number, isWhole: boolean): number[] {
  const many = evenTicks(least, most, MANY, isWhole);
  return many.every((tick) => axisLabel(tick, many).length <= LONG) ? many : evenTicks(least, most, FEW, isWhole);
}

/** Multiples of 1, 2 or 5 times a power of ten between two numbers, about so many; the first number if there is none. */
export function evenTicks(least: number, most: number, count: number, isWhole = false): number[] {
  const width = (most - least) / count;
  if (!(width > 0)) return [least];
  const power = 10 ** Math.floor(Math.log10(width));
  // The nearest by its factor.
  const [factor] = [1, 2, 5, 10].sort((a, b) => offBy(a * power, width) - offBy(b * power, width));
  const step = Math.max(factor * power, isWhole ? 1 : 0);
  // Quotients are a little off.
  const [first, last] = [Math.ceil(least / step - 1e-9), Math.floor(most / step + 1e-9)];
  const ticks = Array.from({length: Math.max(0, last - first + 1)}, (_, i) =>
    Number(((first + i) * step).toPrecision(12)),
  );
  return ticks.length > 0 ? ticks : [least];
}

/** The least and the largest of any number of numbers: `Math.max(...numbers)` takes some hundred thousand only. */
export function extent(numbers: readonly number[]): [least: number, largest: number] {
  return [
    numbers.reduce((least, number) => Math.min(least, number), Number.POSITIVE_INFINITY),
    numbers.reduce((largest, number) => Math.max(largest, number), Number.NEGATIVE_INFINITY),
  ];
}

function offBy(one: number, other: number): number {
  return Math.abs(Math.log(one / other));
}

/** True if written so each tick is where it was, by the distance to its neighbours. */
function isFaithful(ticks: readonly number[], write: (tick: number) => string): boolean {
  const sorted = [...new Set(ticks)].sort((a, b) => a - b);
  return sorted.every((tick, i) => {
    const distances = [tick - sorted[i - 1], sorted[i + 1] - tick].filter((distance) => distance > 0);
    const nearest = distances.length > 0 ? Math.min(...distances) : Math.abs(tick) / 10;
    return Math.abs(Number(write(tick)) - tick) <= nearest / 100;
  });
}

function leastWhere(test: (n: number) => boolean, first: number, last: number): number {
  let n = first;
  while (n < last && !test(n)) n++;
  return n;
}
