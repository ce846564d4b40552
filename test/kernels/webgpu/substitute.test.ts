import {expect, test} from 'vitest';
import {substitute} from '../../../src/kernels/webgpu/substitute.ts';

class Counter {
  step = 1;

  next(): number {
    return this.step;
  }
}

test('substitute gives an object other members, and then back its own and those of its class', () => {
  const counter = new Counter();
  const putBack = substitute(counter, {step: 5, next: () => 7});
  expect([counter.step, counter.next()]).toEqual([5, 7]);
  putBack();
  expect([counter.step, counter.next(), Object.keys(counter)]).toEqual([1, 1, ['step']]);
});
