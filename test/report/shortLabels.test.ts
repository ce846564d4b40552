import {expect, it} from 'vitest';
import {shortLabels} from '../../src/report/shortLabels.ts';

const short = (...labels: string[]) => [...shortLabels(labels).values()];

it('leaves short labels whole, and cuts long ones where they do not differ', () => {
  expect(short('hidden', 'output')).toEqual(['hidden', 'output']);
  expect(short('itop_masked_conv2d_of_the_first', 'hidden')).toEqual(['…d_conv2d_of_the_first', 'hidden']);
  expect(short('stage1/block0/conv_bn_relu/kernel_masked', 'stage1/block1/conv_bn_relu/kernel_masked')).toEqual([
    'stage1/block0/conv_bn…',
    'stage1/block1/conv_bn…',
  ]);
});

it('shows both ends where labels differ at both', () => {
  expect(short('a/layer/of/some/network/1', 'b/layer/of/some/network/1', 'a/layer/of/some/network/2')).toEqual([
    'a/layer/of/…/network/1',
    'b/layer/of/…/network/1',
    'a/layer/of/…/network/2',
  ]);
});

it('shows the part in the middle where labels differ there', () => {
  const name = (i: number) => `model/with/a/long/encoder/${i}/attention/output/kernel`;
  expect(short(name(1), name(2))).toEqual(['…coder/1/attention/ou…', '…coder/2/attention/ou…']);
});

it('numbers labels that cannot be told apart otherwise', () => {
  const name = (i: number) => `${'a'.repeat(30)}${i % 2}${'b'.repeat(30)}${i >> 1}${'c'.repeat(30)}`;
  const labels = short(...[0, 1, 2, 3].map(name));
  expect(labels[3]).toBe(`4 …${'c'.repeat(15)}`);
});

it.each([1, 7, 60, 1000])('keeps %i labels different and at most 22 letters long', (count) => {
  const name = (i: number) => `stage${1 + Math.floor(i / 15)}/block${i % 15}/conv_bn_relu/kernel_masked`;
  const labels = short(...Array.from({length: count}, (_, i) => name(i)));
  expect(new Set(labels).size).toBe(count);
  expect(Math.max(...labels.map((label) => label.length))).toBeLessThanOrEqual(22);
});
