import * as tf from '@tensorflow/tfjs';
import {installFusedStep} from '../src/fused/install.ts';
import {Tape} from '../src/fused/replay/tape.ts';
import {denseNetwork, disposeNetwork, randomData, sparseNetwork} from './models.ts';
import type {Case, Contestant} from './race.ts';
import type {BenchNetwork} from './shapes.ts';

/** How often a program is run before the device is waited for. */
const REPEATED = 50;

/** A program of a step, as the tape has it. */
interface Dispatch {
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
  readonly groups: readonly [number, number, number];
}

interface ProfiledBackend {
  readonly device: GPUDevice;
  readonly queue: GPUQueue;
  recordAndSubmit(program: {shaderKey: string}, ...rest: unknown[]): unknown;
}

/**
 * The programs of a replayed training step, each by itself: its name, how often the step runs it, and what these runs take
 * together. What is timed is a program run many times over, its operands in the caches as they may be in the step.
 */
export async function* gpuProfileCases(
  bench: BenchNetwork,
  density: number,
  trainingBatch: number,
): AsyncGenerator<Case> {
  installFusedStep();
  const dense = denseNetwork(bench);
  const network = sparseNetwork(dense, density);
  disposeNetwork(dense);
  const {x, y} = randomData(network, trainingBatch);
  const runs = await lastReplay(async () => {
    for (let step = 0; step < 4; step++) await network.trainOnBatch(x, y);
  });
  tf.dispose([x, y]);
  for (const name of new Set(runs.map((run) => run.name))) {
    const own = runs.filter((run) => run.name === name);
    yield {what: `${name} × ${own.length}`, contestants: [programsContestant(`${density}`, own)]};
  }
  disposeNetwork(network);
}

function programsContestant(label: string, dispatches: readonly Dispatch[]): Contestant {
  const {device, queue} = tf.backend() as unknown as ProfiledBackend;
  return {
    label,
    times: REPEATED,
    run: async () => {
      for (const {pipeline, bindGroup, groups} of dispatches) {
        const encoder = device.createCommandEncoder();
        const pass = encoder.beginComputePass();
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, bindGroup);
        for (let i = 0; i < REPEATED; i++) pass.dispatchWorkgroups(...groups);
        pass.end();
        queue.submit([encoder.finish()]);
      }
      await queue.onSubmittedWorkDone();
    },
  };
}

/** What the last replay ran, with the names of the programs. */
async function lastReplay(train: () => Promise<void>): Promise<(Dispatch & {readonly name: string})[]> {
  const backend = tf.backend() as unknown as ProfiledBackend;
  const {recordAndSubmit} = backend;
  const {play, start} = Tape.prototype;
  const programs: string[] = [];
  const namesOf = new Map<Tape, string[]>();
  let last: Tape | undefined;
  backend.recordAndSubmit = (program, ...rest) => {
    // What follows are its workgroup and operands.
    programs.push(program.shaderKey.replace(/_\d+,\d+,.*/, ''));
    return recordAndSubmit.call(backend, program, ...rest);
  };
  Tape.prototype.start = function () {
    const first = programs.length;
    const stop = start.call(this);
    return () => {
      namesOf.set(this, programs.slice(first));
      stop();
    };
  };
  Tape.prototype.play = function () {
    last = this;
    play.call(this);
  };
  try {
    await train();
  } finally {
    Object.assign(Tape.prototype, {play, start});
    backend.recordAndSubmit = recordAndSubmit;
  }
  if (!last) throw new Error('bench: the step must be replayed, received one that runs by ops.');
  const names = namesOf.get(last)!;
  return (last as unknown as {dispatches: readonly Dispatch[]}).dispatches.map((run, i) => ({...run, name: names[i]}));
}
