import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {restoreSet, saveSet} from '../../src/exploration/savedSet.ts';
import {BitSet, SortedSet} from '../../src/topology/positionSet.ts';
import {toPositions} from '../../src/topology/positions.ts';

const positionsOf = (set: BitSet | SortedSet) =>
  Array.from({length: set.size}, (_, position) => position).filter((position) => set.has(position));

describe.each([
  ['bits', BitSet],
  ['gaps', SortedSet],
] as const)('a set kept as %s', (encoding, SetClass) => {
  it('comes back the same', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), {minLength: 1, maxLength: 200}), (mask) => {
        const set = new SetClass(mask.length);
        set.add(Int32Array.from(mask.keys()).filter((position) => mask[position]));
        const saved = JSON.parse(JSON.stringify(saveSet(set)));
        expect(saved.encoding).toBe(encoding);
        const restored = restoreSet(mask.length, saved, 'test');
        expect(restored).toBeInstanceOf(SetClass);
        expect(restored.count).toBe(set.count);
        expect(positionsOf(restored)).toEqual(positionsOf(set));
      }),
    );
  });

  it('is refused if it was cut off, is no base64, or misses a position', () => {
    const set = new SetClass(100);
    set.add(new Int32Array([3, 50, 99]));
    const saved = saveSet(set);
    for (const data of [saved.data.slice(0, -8), '', '!', `${saved.data}AAAA`]) {
      expect(() => restoreSet(100, {...saved, data}, 'layer fc1')).toThrow(
        /^layer fc1: data must hold 3 of 100 positions/,
      );
    }
    expect(() => restoreSet(100, {...saved, count: 4}, 'layer fc1')).toThrow(
      `layer fc1: data must hold 4 of 100 positions as ${encoding}, received ${saved.data.length} characters that hold 3.`,
    );
  });

  it('is refused for a smaller size', () => {
    const set = new SetClass(100);
    set.add(new Int32Array([3, 50, 99]));
    expect(() => restoreSet(99, saveSet(set), 'layer fc1')).toThrow('that hold none. It was damaged or cut off');
  });
});

it('positions above 2^31 come back exactly, in few bytes', () => {
  const size = 2 ** 40;
  const set = new SortedSet(size, toPositions(size, [7, 2 ** 33 + 1, size - 1]));
  const saved = saveSet(set);
  const restored = restoreSet(size, saved, 'test');
  expect([...(restored as SortedSet).positions()]).toEqual([7, 2 ** 33 + 1, size - 1]);
  expect(saved.data.length).toBe(16);
});
