import {describe, expect, it, vi} from 'vitest';
import {KeptSteps} from '../../../src/fused/replay/keptSteps.ts';
import type {ReplayedStep} from '../../../src/fused/replay/replayedStep.ts';
import {Topology} from '../../../src/topology/topology.ts';

function fakeStep(bytes = 1) {
  const step = {bytes, valid: true, isValid: () => step.valid, release: vi.fn()};
  return {step, asStep: step as unknown as ReplayedStep};
}

const [first, second] = [1, 2].map(() => [Topology.dense([2, 3])]);

const going = (key: string, objects: readonly unknown[] = first, setting: readonly unknown[] = [1]) => ({
  key,
  objects,
  setting,
});

/** Takes steps until one is to be recorded. @returns how many went by ops before */
function stepsUntilRecording(kept: KeptSteps, key = 'a'): number {
  for (let steps = 0; steps < 1000; steps++) if (kept.next(going(key)) === 'record') return steps;
  throw new Error('never');
}

describe('KeptSteps', () => {
  it('records at the second step with a shape, and replays from then on', () => {
    const kept = new KeptSteps();
    const {asStep} = fakeStep();
    expect(stepsUntilRecording(kept)).toBe(1);
    kept.add(going('a'), asStep);
    expect([1, 2, 3].map(() => kept.next(going('a')))).toEqual([asStep, asStep, asStep]);
    // Another shape comes by ops once.
    expect(kept.next(going('b'))).toBe('by ops');
    expect(kept.next(going('b'))).toBe('record');
  });

  it('drops steps with another topology, even where everything that they read is still there', () => {
    const kept = new KeptSteps();
    const {step, asStep} = fakeStep();
    stepsUntilRecording(kept);
    kept.add(going('a'), asStep);
    for (let i = 0; i < 5; i++) kept.next(going('a'));
    expect(kept.next(going('a', second))).toBe('record');
    expect(step.release).toHaveBeenCalledOnce();
  });

  it('waits twice as long after each recording that was of no use, and no longer after one that was', () => {
    const kept = new KeptSteps();
    const waits: number[] = [];
    for (let round = 0; round < 12; round++) {
      waits.push(stepsUntilRecording(kept));
      kept.add(going('a'), undefined);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 256, 256, 256]);
    stepsUntilRecording(kept);
    const {step, asStep} = fakeStep();
    kept.add(going('a'), asStep);
    for (let i = 0; i < 5; i++) kept.next(going('a'));
    step.valid = false;
    expect(stepsUntilRecording(kept)).toBe(0);
  });

  /** Records steps of such sizes, by the names of their shapes. @returns tells which are still kept */
  function recordAll(kept: KeptSteps, sizes: Record<string, number>) {
    const steps = Object.entries(sizes).map(([key, bytes]) => {
      stepsUntilRecording(kept, key);
      const {step, asStep} = fakeStep(bytes);
      kept.add(going(key), asStep);
      return {key, step};
    });
    return () => steps.filter(({step}) => step.release.mock.calls.length === 0).map(({key}) => key);
  }

  it('keeps steps of as many shapes as have room, those that were used last', () => {
    const kept = new KeptSteps(10);
    const those = recordAll(kept, {a: 3, b: 3, c: 3});
    expect(those()).toEqual(['a', 'b', 'c']);
    kept.next(going('a'));
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
      if (kept.next(going(key)) !== 'record') continue;
      recorded++;
      kept.add(going(key), fakeStep().asStep);
    }
    expect(recorded).toBeLessThan(16);
  });

  it('drops all, and waits no longer, in another setting', () => {
    const kept = new KeptSteps();
    const {step, asStep} = fakeStep();
    stepsUntilRecording(kept);
    kept.add(going('a'), asStep);
    expect(kept.next(going('a'))).toBe(asStep);
    kept.add(going('b'), undefined);
    expect(kept.next(going('a', first, [2]))).toBe('record');
    expect(step.release).toHaveBeenCalledOnce();
    kept.add(going('a', first, [2]), asStep);
    expect(kept.next(going('a', first, [2, 3]))).toBe('record');
  });
});
