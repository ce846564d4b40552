import {expect, it} from 'vitest';
import {magnitudeScores} from '../../src/algorithms/criteria.ts';
import {blocks} from '../../src/algorithms/structures/blocks.ts';
import {sampleStructure} from '../../src/algorithms/structures/sampleStructure.ts';
import {seededRandom} from '../../src/topology/random.ts';
import {describeReference, fromTorch, readReference, shapeFromTorch} from '../support/reference.ts';

interface Case {
  name: string;
  shape: number[];
  block: [number, number];
  pooling: 'mean' | 'max';
  num_keep_blocks: number;
  weight: number[];
  mask: number[];
}

describeReference('blocks by magnitude against the formula', () => {
  const cases = readReference<Case[]>('block-masks').filter(({pooling}) => pooling === 'mean');
  const divides = ({shape, block}: Case) => shape.every((side, axis) => side % block[axis] === 0);

  const take = ({shape, block, num_keep_blocks, weight}: Case) => {
    const [outputs, inputs] = block;
    const scores = magnitudeScores(Float32Array.from(fromTorch(shape, weight)));
    const nnz = num_keep_blocks * outputs * inputs;
    return sampleStructure(blocks([inputs, outputs]), shapeFromTorch(shape), nnz, seededRandom(1), scores);
  };

  it.each(cases.filter(divides))('$name: the same blocks', (each) => {
    expect([...take(each).mask()]).toEqual(fromTorch(each.shape, each.mask));
  });

  it.each(
    cases.filter((each) => !divides(each)),
  )('$name: refused, where blocks would not divide the kernel', (each) => {
    expect(() => take(each)).toThrow(/^blocks: size must divide the \d+ inputs and \d+ outputs of a kernel, received/);
  });
});
