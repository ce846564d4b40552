import {isDeepStrictEqual} from 'node:util';
import {expect} from 'vitest';

// Arrays that are equal in every bit are equal to `toEqual`, too, which takes a microsecond for each number. Others are left to it.
expect.addEqualityTesters([(a, b) => (isArray(a) && isArray(b) && isDeepStrictEqual(a, b) ? true : undefined)]);

function isArray(value: unknown): boolean {
  return Array.isArray(value) || ArrayBuffer.isView(value);
}
