import {describe, expect, it, vi} from 'vitest';
import {KeptSteps} from '../../../src/fused/replay/keptSteps.ts';
import type {ReplayedStep} from '../../../src/fused/replay/replayedStep.ts';
import {Topology} from '../../../src/topology/topology.ts';

function fakeStep() {
  const step = {valid: true, isValid: () => step.valid, release: vi.fn()};
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

  it('keeps the steps of two shapes, the latest', () => {
    const kept = new KeptSteps();
    const steps = ['a', 'b', 'c'].map((key) => {
      stepsUntilRecording(kept, key);
      const {step, asStep} = fakeStep();
      kept.add(key, first, asStep);
      return step;
    });
    expect(steps.map(({release}) => release.mock.calls.length)).toEqual([1, 0, 0]);
    expect(kept.next('a', first)).toBe('record');
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
