import {describe, expect, it, vi} from 'vitest';
import {KeptSteps} from '../../../src/fused/replay/keptSteps.ts';
import type {ReplayedStep} from '../../../src/fused/replay/replayedStep.ts';
import {Topology} from '../../../src/topology/topology.ts';

function fakeStep(bytes = 1) {
  const step = {bytes, valid: true, isValid: () => step.valid, release: vi.fn()};
  return {step, asStep: step as unknown as ReplayedStep};
}

const [first, second] = [1, 2].map(() => [Topology.dense([2, 3])]);

/** Takes steps until one is to be recorded. @returns how many went by ops before */
function stepsUntilRecording(kept: KeptSteps, key = 'a', topologies = first): number {
  for (let steps = 0; steps < 1000; steps++) if (kept.next(key, topologies) === 'record') return steps;
  throw new Error('never');
}

describe('KeptSteps', () => {
  it('records at the second step with a shape, and replays from then on', () => {
    const kept = new KeptSteps();
    const {asStep} = fakeStep();
    expect(stepsUntilRecording(kept)).toBe(1);
    kept.add('a', first, asStep);
    expect([1, 2, 3].map(() => kept.next('a', first))).toEqual([asStep, asStep, asStep]);
    // Another shape comes by ops once.
    expect(kept.next('b', first)).toBe('by ops');
    expect(kept.next('b', first)).toBe('record');
  });

  it('drops steps with another topology, even where everything that they read is still there', () => {
    const kept = new KeptSteps();
    const {step, asStep} = fakeStep();
    stepsUntilRecording(kept);
    kept.add('a', first, asStep);
    for (let i = 0; i < 5; i++) kept.next('a', first);
    expect(kept.next('a', second)).toBe('record');
    expect(step.release).toHaveBeenCalledOnce();
  });

  it('waits twice as long after each recording that was of no use, and no longer after one that was', () => {
    const kept = new KeptSteps();
    const waits: number[] = [];
    for (let round = 0; round < 12; round++) {
      waits.push(stepsUntilRecording(kept));
      kept.add('a', first, undefined);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 256, 256, 256]);
    stepsUntilRecording(kept);
    const {step, asStep} = fakeStep();
    kept.add('a', first, asStep);
    for (let i = 0; i < 5; i++) kept.next('a', first);
    step.valid = false;
    expect(stepsUntilRecording(kept)).toBe(0);
  });

  /** Records steps of such sizes, by the names of their shapes. @returns tells which are still kept */
  function recordAll(kept: KeptSteps, sizes: Record<string, number>) {
    const steps = Object.entries(sizes).map(([key, bytes]) => {
      stepsUntilRecording(kept, key);
      const {step, asStep} = fakeStep(bytes);
      kept.add(key, first, asStep);
      return {key, step};
    });
    return () => steps.filter(({step}) => step.release.mock.calls.length === 0).map(({key}) => key);
  }

  it('keeps steps of as many shapes as have room, those that were used last', () => {
    const kept = new KeptSteps(10);
    const those = recordAll(kept, {a: 3, b: 3, c: 3});
    expect(those()).toEqual(['a', 'b', 'c']);
    kept.next('a', first);
    expect(recordAll(kept, {d: 4})()).toEqual(['d']);
    expect(those()).toEqual(['a', 'c']);
    // One that is larger drops all but itself and the last.
    recordAll(kept, {e: 9});
    expect(those()).toEqual([]);
  });

  it('keeps the last two, however large they are', () => {
    const kept = new KeptSteps(10);
    expect(recordAll(kept, {a: 20, b: 20, c: 20})()).toEqual(['b', 'c']);
  });

  it('records ever more rarely where more shapes take turns than have room', () => {
    const kept = new KeptSteps(3);
    let recorded = 0;
    for (let step = 0; step < 1000; step++) {
      const key = 'abcde'[step % 5];
      if (kept.next(key, first) !== 'record') continue;
      recorded++;
      kept.add(key, first, fakeStep().asStep);
    }
    expect(recorded).toBeLessThan(16);
  });

  it('drops all when what they depend on is another', () => {
    const kept = new KeptSteps();
    const {step, asStep} = fakeStep();
    kept.follow([1, 2]);
    stepsUntilRecording(kept);
    kept.add('a', first, asStep);
    kept.follow([1, 2]);
    expect(kept.next('a', first)).toBe(asStep);
    kept.follow([1, 3]);
    expect(step.release).toHaveBeenCalledOnce();
    expect(kept.next('a', first)).toBe('record');
  });
});
