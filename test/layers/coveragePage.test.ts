import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {coveragePage} from '../../scripts/coverageTable.ts';

test('docs/coverage.md says what the records of layers say', () => {
  expect(readFileSync('docs/coverage.md', 'utf8')).toBe(coveragePage());
});
