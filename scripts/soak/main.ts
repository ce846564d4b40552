/**
 * Looks for files that get lost, for files that are let in, and for calls that leave a training wrong: `npm run soak -- --help`.
 *
 * Random sequences of calls are compared with a reference, a long training must not grow, the parsers of files get changed files, and a process that saves checkpoints is
 * killed at random moments. Ends with figures, or with the first fault. docs/reliability.md has those of a long run.
 */
import * as tf from '@tensorflow/tfjs';
import {Command, InvalidArgumentError} from 'commander';
import {seededRandom} from 'itop';
import {hostileFiles} from './hostileFiles.ts';
import {killSaves} from './kills.ts';
import {randomSequences} from './sequences/run.ts';
import {steadyMemory} from './steadyMemory.ts';

const count = (text: string) => {
  const value = Number(text);
  if (!(Number.isInteger(value) && value >= 0)) throw new InvalidArgumentError('It must be an integer of at least 0.');
  return value;
};
const {kills, inputs, sequences, steps, seed} = new Command('soak')
  .description('Looks for files that get lost, for files that are let in, and for calls that leave a training wrong.')
  .option('--sequences <n>', 'random sequences of calls', count, 5000)
  .option('--steps <n>', 'training steps on each backend, in which memory must not grow', count, 100_000)
  .option('--inputs <n>', 'changed files for the parsers', count, 100_000)
  .option('--kills <n>', 'kills of a process that saves', count, 200)
  .option('--seed <n>', 'of all of them', count, 1)
  .parse()
  .opts<Record<'kills' | 'inputs' | 'sequences' | 'steps' | 'seed', number>>();
const began = performance.now();

await randomSequences(sequences, seed);
console.log(`${sequences} sequences of calls: every training as the reference says after every call`);
for (const backend of ['cpu', 'wasm'] as const) {
  const [early, late] = await steadyMemory(backend, steps);
  console.log(`${steps} steps on ${backend}: ${JSON.stringify(early)}, at the end ${JSON.stringify(late)}`);
}
await tf.setBackend('cpu');

for (const {parser, inputs: given, refused} of await hostileFiles(inputs, seed)) {
  console.log(`${parser}: ${given} files, ${refused} refused, the others meant what they said`);
}
const within = await killSaves(kills, seededRandom(seed));
console.log(
  `${kills} kills while saving, ${within} of them within the writing of a file: nothing lost, nothing damaged`,
);
console.log(`took ${((performance.now() - began) / 60_000).toFixed(1)} minutes`);
