import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import {SETScheduler, sparseWeights} from 'itop';
import {loadCheckpoint, loadSparse, loadTorch, saveCheckpoint, saveSparse, saveTorch} from 'itop/files';
import {decodeContainer, encodeContainer, jsonOf, jsonPart} from '../../src/io/container.ts';
import {mutatedBytes, mutatedValues, outcomeOf} from '../../test/support/mutations.ts';
import {memoryStore, startTraining} from '../../test/support/resumedTraining.ts';

/** What became of the inputs of one parser. */
export interface Tally {
  readonly parser: string;
  readonly inputs: number;
  readonly refused: number;
}

/**
 * Gives the parsers of files so many changed files. A file with changed bytes must be refused in one clear sentence, or mean what it meant
 * before. One that was changed inside and has right checksums must be refused, or give a model whose weights are finite.
 *
 * @throws Error if a parser does anything else
 */
export async function hostileFiles(inputs: number, seed: number): Promise<Tally[]> {
  const {model, scheduler, ...training} = startTraining(tf.train.adam(0.05), (each) => {
    return new SETScheduler(each, {updateInterval: 3, dropFraction: 0.3, seed: 5});
  });
  await training.train(0, 7);
  const [checkpoint, sparse, torch] = [memoryStore(), memoryStore(), memoryStore()];
  await saveCheckpoint(checkpoint, {model, scheduler, data: {epoch: 1}});
  await saveSparse(sparse, model, {values: 'int8'});
  await saveTorch(torch, model);

  const meaningOf = (of: tf.LayersModel) =>
    JSON.stringify([
      sparseWeights(of).map(({weight}) => [...weight.topology.positions()]),
      of.getWeights().map((weight) => [...weight.dataSync()]),
    ]);
  const parsers: readonly {
    readonly name: string;
    readonly file: Uint8Array;
    readonly load: (file: Uint8Array) => Promise<string[]>;
  }[] = [
    {
      name: 'loadCheckpoint',
      file: checkpoint.bytes,
      async load(file) {
        const {data} = await loadCheckpoint(file, {model, scheduler});
        return [meaningOf(model), JSON.stringify([data, scheduler.toJSON()])];
      },
    },
    {
      name: 'loadSparse',
      file: sparse.bytes,
      async load(file) {
        const loaded = await loadSparse(file, {maxSize: 2 ** 20});
        const meaning = meaningOf(loaded);
        loaded.dispose();
        return [meaning];
      },
    },
    {
      name: 'loadTorch',
      file: torch.bytes,
      async load(file) {
        await loadTorch(file, model);
        return [meaningOf(model)];
      },
    },
  ];
  const tallies: Tally[] = [];
  for (const {name, file, load} of parsers) {
    const meant = String(await load(file));
    const share = Math.ceil(inputs / (2 * parsers.length));
    const damaged = await tally(share, seed, mutatedBytes(file), async (bytes) => {
      const meaning = await outcomeOf(() => load(bytes));
      if (meaning !== undefined && String(meaning) !== meant)
        throw new Error('a damaged file was accepted and means something else');
      return meaning === undefined;
    });
    tallies.push({parser: `${name}, damaged`, inputs: share, refused: damaged});
    const content = contentOf(file);
    const forged = await tally(share, seed, mutatedValues(content), async (changed) => {
      const bytes = fileOf(changed);
      const meaning = bytes && (await outcomeOf(() => load(bytes)));
      if (meaning?.[0].includes('null'))
        throw new Error('a forged file was accepted and holds numbers that are not finite');
      return meaning === undefined;
    });
    tallies.push({parser: `${name}, forged`, inputs: share, refused: forged});
  }
  training.end();
  return tallies;
}

/** @returns how many inputs were refused */
async function tally<Input>(
  inputs: number,
  seed: number,
  arbitrary: fc.Arbitrary<Input>,
  isRefused: (input: Input) => Promise<boolean>,
): Promise<number> {
  let refused = 0;
  let fault: unknown;
  const property = fc.asyncProperty(arbitrary, async (input) => {
    try {
      if (await isRefused(input)) refused++;
    } catch (error) {
      fault = error;
      throw error;
    }
  });
  await fc.assert(property, {numRuns: inputs, seed, endOnFailure: true}).catch((report) => {
    // The report of an input that is nested too deep to be printed is undefined.
    throw report ?? fault;
  });
  return refused;
}

/** A file as plain JSON: metadata, and the parts with their bytes, or what they say in JSON. */
function contentOf(file: Uint8Array): unknown {
  const {metadata, parts} = decodeContainer(file, {where: 'soak', acceptsUnchecked: true});
  return {
    metadata,
    parts: [...parts].map(([name, part]) => {
      return name === 'state'
        ? {name, json: jsonOf(part)}
        : {name, dtype: part.dtype, shape: part.shape, bytes: [...part.bytes]};
    }),
  };
}

/** The file of such JSON, with right checksums; undefined if none can be written of it. */
function fileOf(content: unknown): Uint8Array | undefined {
  try {
    const {metadata, parts} = content as {metadata: Record<string, string>; parts: Record<string, never>[]};
    const made = parts.map(({name, json, dtype, shape, bytes}) => {
      if (json === undefined && !Array.isArray(bytes)) throw new TypeError('no bytes');
      return [name, json === undefined ? {dtype, shape, bytes: Uint8Array.from(bytes)} : jsonPart(json)] as const;
    });
    return encodeContainer({metadata, parts: new Map(made)});
  } catch {
    return undefined;
  }
}
