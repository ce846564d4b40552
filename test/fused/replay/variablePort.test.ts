import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import {expect, test, vi} from 'vitest';
import type {ReplayBackend} from '../../../src/fused/replay/gpuInternals.ts';
import {ReplayedStep} from '../../../src/fused/replay/replayedStep.ts';
import {describeBackends} from '../../support/backends.ts';
import {bytesInUse} from '../../support/gpuPrograms.ts';

const backend = () => tf.backend() as unknown as ReplayBackend;

const numbers = async (tensor: tf.Tensor) => [...(await tensor.data())];

/** Two variables, two steps that change them, and who has taken numbers of them meanwhile; beside each tensor what it must hold. */
class Scene {
  private readonly bytes = bytesInUse();
  readonly variables = [
    [1, 2],
    [3, 4],
  ].map((values) => tf.tidy(() => tf.variable(tf.tensor1d(values).add(0))));
  expected = [
    [1, 2],
    [3, 4],
  ];
  readonly taken: {tensor: tf.Tensor; values: number[]}[] = [];
  private readonly steps: ReplayedStep[] = [];

  /** Records the steps, which does them once. */
  begin(): void {
    for (const kind of [0, 1]) this.steps[kind] = this.record(kind);
  }

  replay(kind: number): void {
    this.give(this.steps[kind].replay([]));
    this.compute(kind);
  }

  recordAnew(kind: number): void {
    this.steps[kind].release();
    this.steps[kind] = this.record(kind);
  }

  clone(of: number): void {
    this.taken.push({tensor: this.variables[of].clone(), values: this.expected[of]});
  }

  /** What waits for the device may read a variable, too. */
  negate(of: number): void {
    this.taken.push({tensor: tf.neg(this.variables[of]), values: this.expected[of].map((value) => -value)});
  }

  drop(which: number): void {
    const [dropped] = this.taken.splice(which, 1);
    dropped?.tensor.dispose();
  }

  /** Goes back to what was taken. */
  restore(of: number): void {
    const last = this.taken.at(-1);
    if (!last) return;
    this.variables[of].assign(last.tensor as tf.Tensor1D);
    this.expected[of] = last.values;
  }

  swap(): void {
    const [one, other] = this.variables;
    const kept = one.clone();
    one.assign(other);
    other.assign(kept);
    kept.dispose();
    this.expected.reverse();
  }

  set(of: number): void {
    tf.tidy(() => this.variables[of].assign(tf.tensor1d([5, 6])));
    this.expected[of] = [5, 6];
  }

  async read(of: number): Promise<void> {
    expect(await numbers(this.variables[of])).toEqual(this.expected[of]);
  }

  async end(): Promise<void> {
    for (const step of this.steps) step.release();
    for (const {tensor, values} of this.taken) expect(await numbers(tensor)).toEqual(values);
    for (const of of [0, 1]) await this.read(of);
    tf.dispose([this.variables, this.taken.map(({tensor}) => tensor)]);
    expect(bytesInUse()).toBe(this.bytes);
  }

  private record(kind: number): ReplayedStep {
    const [a, b] = this.variables;
    const run = () => {
      const sum = tf.add(a, b);
      // The second step only reads the second variable.
      const next = kind === 0 ? [tf.sub(b, a), tf.add(b, 1)] : [tf.mul(b, -1)];
      for (const [i, value] of next.entries()) this.variables[i].assign(value as tf.Tensor1D);
      return [sum];
    };
    const {outputs, step} = ReplayedStep.record(backend(), {inputs: [], variables: this.variables, run});
    this.give(outputs);
    this.compute(kind);
    return step!;
  }

  /** Keeps what a step gave, before it is computed beside. */
  private give([tensor]: tf.Tensor[]): void {
    const [a, b] = this.expected;
    this.taken.push({tensor, values: a.map((value, i) => value + b[i])});
  }

  private compute(kind: number): void {
    const [a, b] = this.expected;
    const next =
      kind === 0 ? [b.map((value, i) => value - a[i]), b.map((value) => value + 1)] : [b.map((value) => -value)];
    this.expected = [next[0], next[1] ?? b];
  }
}

const ACTIONS = [
  'replay',
  'replay',
  'replay',
  'recordAnew',
  'clone',
  'negate',
  'drop',
  'restore',
  'swap',
  'set',
  'read',
] as const;

const anyActions = fc.array(fc.tuple(fc.constantFrom(...ACTIONS), fc.nat(1)), {minLength: 5, maxLength: 25});

describeBackends('the variables of replayed steps', () => {
  test('hold what they must, and so does who took their numbers, whatever is done to them in between', async () => {
    await fc.assert(
      fc.asyncProperty(anyActions, async (actions) => {
        const scene = new Scene();
        scene.begin();
        for (const [action, which] of actions) await scene[action](which);
        await scene.end();
      }),
      {numRuns: 100, seed: 1},
    );
  });

  test('are not copied from step to step', async () => {
    const scene = new Scene();
    scene.begin();
    scene.replay(0);
    const copy = vi.spyOn(GPUCommandEncoder.prototype, 'copyBufferToBuffer');
    scene.replay(0);
    scene.replay(0);
    // The output of each.
    expect(copy).toHaveBeenCalledTimes(2);
    copy.mockRestore();
    await scene.end();
  });
}, ['webgpu']);
