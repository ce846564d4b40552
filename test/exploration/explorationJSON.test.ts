import {expect, it} from 'vitest';
import {checkExplorationJSON} from '../../src/exploration/explorationJSON.ts';

const layer = {name: 'fc', shape: [2, 3], explored: {encoding: 'bits', count: 1, data: 'AQAAAA=='}};
const point = {step: 0, rate: 1 / 6, rates: [1 / 6]};
const good = {format: 'itop-exploration', version: 1, layers: [layer], history: [point]};

it('passes what it should be', () => {
  expect(checkExplorationJSON(good)).toEqual(good);
});

it.each([null, undefined, 7, '{"format":"itop-exploration"}', [], {}, {format: 'other'}])('refuses %j', (json) => {
  expect(() => checkExplorationJSON(json)).toThrow(
    /^ExplorationTracker: json must be what toJSON\(\) returned, received/,
  );
});

it('refuses another version', () => {
  expect(() => checkExplorationJSON({...good, version: 2})).toThrow(
    'ExplorationTracker: version must be 1, received 2. Load it with the version of itop that saved it.',
  );
});

it.each([
  undefined,
  [null],
  [{...layer, name: 1}],
  [{...layer, shape: [2, -3]}],
  [{...layer, shape: '2,3'}],
  [{...layer, explored: undefined}],
  [{...layer, explored: {...layer.explored, encoding: 'mask'}}],
  [{...layer, explored: {...layer.explored, count: '1'}}],
  [{...layer, explored: {...layer.explored, data: undefined}}],
])('refuses the layers %j', (layers) => {
  expect(() => checkExplorationJSON({...good, layers})).toThrow(
    /^ExplorationTracker: layers must be as toJSON\(\) wrote them/,
  );
});

it.each([
  undefined,
  [7],
  [{...point, step: 0.5}],
  [{...point, rate: 1.1}],
  [{...point, rate: null}],
  [{...point, rates: []}],
  [{...point, rates: [Number.NaN]}],
])('refuses the history %j', (history) => {
  expect(() => checkExplorationJSON({...good, history})).toThrow(
    /^ExplorationTracker: history must be as toJSON\(\) wrote them/,
  );
});

it('shows no more than the beginning of what it received', () => {
  expect(() => checkExplorationJSON('x'.repeat(1000))).toThrow(
    /received "x{59}…\. Pass text through JSON.parse first\.$/,
  );
});
