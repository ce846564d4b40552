import {existsSync} from 'node:fs';
import {readdir, readFile, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {writeWhole} from '../quickstart/download.ts';
import {finishQueue, resultPath, writeResult} from './finishQueue.ts';
import type {PaperData} from './paperData.ts';
import type {RunResult} from './results.ts';
import {type RunSettings, runName, runSettings} from './settings.ts';
import {type TrainContext, type TrainedRun, trainRun} from './trainRun.ts';

/** Where a queue takes its data from and where it puts its results. */
export interface QueueOptions {
  /** One JSON file per training; those that are there are not trained again. */
  readonly resultsFolder: string;
  /** Trainings that were cut off, and the kernels of dense ones for lottery tickets; may be deleted. */
  readonly workFolder: string;
  readonly loadData: (network: RunSettings['network']) => Promise<PaperData>;
  readonly log: (message: string) => void;
  /** When it is false, no training begins, and one that has begun stops after its epoch. @defaultValue always true */
  readonly hasTime?: () => boolean;
  /** For tests. @defaultValue {@link trainRun} */
  readonly train?: (settings: RunSettings, context: TrainContext) => Promise<TrainedRun>;
}

/** Trains what is not trained yet, one after the other; each result is written whole as soon as it is there. */
export function runQueue(queue: readonly RunSettings[], options: QueueOptions): Promise<void> {
  return finishQueue(queue, {
    ...options,
    nameOf: runName,
    run: async (settings) => (await runOne(settings, options)).result,
  });
}

async function runOne(settings: RunSettings, options: QueueOptions): Promise<TrainedRun> {
  const train = options.train ?? trainRun;
  const checkpoint = join(options.workFolder, `${runName(settings)}.checkpoint`);
  const run = await train(settings, {
    data: await options.loadData(settings.network),
    trainedKernels: () => denseKernels(settings, options),
    checkpoint,
    hasTime: options.hasTime,
  });
  // Kernels first: where the result is, the kernels are.
  if (settings.method === 'dense') {
    for (const [i, kernel] of run.kernels.entries()) {
      await writeWhole(
        kernelPath(settings, i, options),
        new Uint8Array(kernel.buffer, kernel.byteOffset, kernel.byteLength),
      );
    }
  }
  const path = resultPath(options.resultsFolder, runName(settings));
  if (!existsSync(path)) await writeResult(path, run.result);
  await rm(checkpoint, {force: true});
  return run;
}

/** The kernels of the dense network of the same seed, trained now if they are not kept. */
async function denseKernels(settings: RunSettings, options: QueueOptions): Promise<readonly Float32Array[]> {
  const {network, initialization, epochs, batchSize, learningRate, seed} = settings;
  const dense = runSettings({network, method: 'dense', initialization, epochs, batchSize, learningRate, seed});
  const kept: Float32Array[] = [];
  while (existsSync(kernelPath(dense, kept.length, options))) {
    const {buffer, byteOffset, byteLength} = await readFile(kernelPath(dense, kept.length, options));
    kept.push(new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength)));
  }
  return kept.length > 0 ? kept : (await runOne(dense, options)).kernels;
}

function kernelPath(settings: RunSettings, layer: number, {workFolder}: QueueOptions): string {
  return join(workFolder, `${runName(settings)}.kernel${layer}`);
}

/** All results of a folder, by the names of their files; settings that a file does not mention have their usual values. */
export async function readResults(resultsFolder: string): Promise<RunResult[]> {
  const names = (await readdir(resultsFolder)).filter((name) => name.endsWith('.json')).sort();
  return Promise.all(
    names.map(async (name) => {
      const result: RunResult = JSON.parse(await readFile(join(resultsFolder, name), 'utf8'));
      return {...result, settings: runSettings(result.settings)};
    }),
  );
}
