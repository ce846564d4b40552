/**
 * Looks for files that get lost, for files that are let in, and for calls that leave a training wrong: `npm run soak -- [--kills 200] [--inputs 100000]
 * [--sequences 5000] [--steps 100000] [--seed 1]`.
 *
 * Random sequences of calls are compared with a reference, a long training must not grow, the parsers of files get changed files, and a process that saves checkpoints is
 * killed at random moments. Ends with figures, or with the first fault. docs/reliability.md has those of a long run.
 */
import {parseArgs} from 'node:util';
import * as tf from '@tensorflow/tfjs';
import {seededRandom} from 'itop';
import {hostileFiles} from './hostileFiles.ts';
import {killSaves} from './kills.ts';
import {randomSequences} from './sequences/run.ts';
import {steadyMemory} from './steadyMemory.ts';

const {values} = parseArgs({
  options: {
    kills: {type: 'string', default: '200'},
    inputs: {type: 'string', default: '100000'},
    sequences: {type: 'string', default: '5000'},
    steps: {type: 'string', default: '100000'},
    seed: {type: 'string', default: '1'},
  },
});
const [kills, inputs, sequences, steps, seed] = [
  values.kills,
  values.inputs,
  values.sequences,
  values.steps,
  values.seed,
].map(Number);
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
