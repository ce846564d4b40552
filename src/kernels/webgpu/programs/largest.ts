import type {GpuProgram} from '../gpu.ts';

/** Threads of a workgroup. */
export const COUNT_THREADS = 256;
/** Threads of a workgroup, each with 32 positions. */
export const MARK_THREADS = 64;
/** Counts that a workgroup keeps: as many as the first digit has values. */
export const BINS = 2048;

/** The digits of a magnitude's 31 bits, from the highest on: the bits from `shift` up to `above`. */
export const DIGITS = [
  {shift: 20, above: 31},
  {shift: 10, above: 20},
  {shift: 0, above: 10},
] as const;

/** Where the search stands: the digits found so far, how many are wanted of the numbers that have them, how many were not finite. */
export const SEARCH_LENGTH = 3;

/** Magnitudes compare as the integers that their bits are; ∞ and NaN are the highest. */
const MAGNITUDES = `
    const NOT_FINITE = 0x7f800000u;

    fn magnitude(at : i32) -> u32 {
      return bitcast<u32>(numbers[at]) & 0x7fffffffu;
    }

    fn isFree(at : i32) -> bool {
      return ((u32(taken[at >> 5u]) >> u32(at & 31)) & 1u) == 0u;
    }`;

/**
 * Counts the numbers that have the digits found so far by their next digit: `[groups, BINS]`. Those whose position is taken are left
 * out, unless they are not finite.
 */
export const countDigits: GpuProgram = {
  name: 'countDigits',
  inputs: {numbers: 1, taken: 'i32', search: 'i32'},
  output: 'i32',
  uniforms: ['length', 'groups', 'shift', 'above'],
  code: `
    ${MAGNITUDES}
    var<workgroup> counts : array<atomic<u32>, ${BINS}>;

    fn main() {
      let group = groupIndex();
      let thread = i32(localIndex);
      for (var bin = thread; bin < ${BINS}; bin += ${COUNT_THREADS}) {
        atomicStore(&counts[bin], 0u);
      }
      workgroupBarrier();
      let above = u32(uniforms.above);
      let shift = u32(uniforms.shift);
      let found = u32(search[0]) >> above;
      let mask = (1u << (above - shift)) - 1u;
      if (group < uniforms.groups) {
        for (var at = group * ${COUNT_THREADS} + thread; at < uniforms.length; at += uniforms.groups * ${COUNT_THREADS}) {
          let bits = magnitude(at);
          if (bits >> above == found && (isFree(at) || bits >= NOT_FINITE)) {
            atomicAdd(&counts[(bits >> shift) & mask], 1u);
          }
        }
      }
      workgroupBarrier();
      if (group < uniforms.groups) {
        for (var bin = thread; bin < ${BINS}; bin += ${COUNT_THREADS}) {
          result[group * ${BINS} + bin] = i32(atomicLoad(&counts[bin]));
        }
      }
    }`,
};

/** Finds the next digit of the last number that is wanted, by one workgroup: the search after it. */
export const chooseDigit: GpuProgram = {
  name: 'chooseDigit',
  inputs: {counts: 'i32', search: 'i32'},
  output: 'i32',
  uniforms: ['groups', 'shift'],
  code: `
    var<workgroup> sums : array<i32, ${BINS}>;

    fn main() {
      let thread = i32(localIndex);
      for (var bin = thread; bin < ${BINS}; bin += ${COUNT_THREADS}) {
        var sum = 0;
        for (var group = 0; group < uniforms.groups; group++) {
          sum += counts[group * ${BINS} + bin];
        }
        sums[bin] = sum;
      }
      workgroupBarrier();
      if (thread > 0) {
        return;
      }
      var notFinite = search[2];
      if (uniforms.shift == ${DIGITS[0].shift}) {
        for (var bin = i32(0x7f800000u >> ${DIGITS[0].shift}u); bin < ${BINS}; bin++) {
          notFinite += sums[bin];
        }
      }
      var wanted = search[1];
      var digit = ${BINS - 1};
      for (; digit > 0 && sums[digit] < wanted; digit--) {
        wanted -= sums[digit];
      }
      result[0] = search[0] | (digit << u32(uniforms.shift));
      result[1] = wanted;
      result[2] = notFinite;
    }`,
};

/**
 * Marks the numbers above the one that was found, and those equal to it, one bit each, and repeats the search behind:
 * `[2 · words + SEARCH_LENGTH]`.
 */
export const markLargest: GpuProgram = {
  name: 'markLargest',
  inputs: {numbers: 1, taken: 'i32', search: 'i32'},
  output: 'i32',
  uniforms: ['length', 'words'],
  code: `
    ${MAGNITUDES}

    fn main() {
      let word = groupIndex() * ${MARK_THREADS} + i32(localIndex);
      if (word >= uniforms.words) {
        let at = word - uniforms.words;
        if (at < ${SEARCH_LENGTH}) {
          result[2 * uniforms.words + at] = search[at];
        }
        return;
      }
      let last = u32(search[0]);
      var higher = 0u;
      var equal = 0u;
      let end = min(32, uniforms.length - 32 * word);
      for (var bit = 0; bit < end; bit++) {
        let at = 32 * word + bit;
        if (isFree(at)) {
          let bits = magnitude(at);
          higher |= select(0u, 1u, bits > last) << u32(bit);
          equal |= select(0u, 1u, bits == last) << u32(bit);
        }
      }
      result[word] = i32(higher);
      result[uniforms.words + word] = i32(equal);
    }`,
};
