/**
 * Looks for files that get lost, and for files that are let in: `npm run soak -- [--kills 200] [--inputs 100000] [--seed 1]`.
 *
 * A process that saves checkpoints is killed at random moments, and the parsers of files get changed files. Ends with figures, or with the
 * first fault. docs/reliability.md has those of a long run.
 */
import {parseArgs} from 'node:util';
import * as tf from '@tensorflow/tfjs';
import {seededRandom} from 'itop';
import {hostileFiles} from './hostileFiles.ts';
import {killSaves} from './kills.ts';

const {values} = parseArgs({
  options: {
    kills: {type: 'string', default: '200'},
    inputs: {type: 'string', default: '100000'},
    seed: {type: 'string', default: '1'},
  },
});
const [kills, inputs, seed] = [Number(values.kills), Number(values.inputs), Number(values.seed)];
await tf.setBackend('cpu');
const began = performance.now();

for (const {parser, inputs: given, refused} of await hostileFiles(inputs, seed)) {
  console.log(`${parser}: ${given} files, ${refused} refused, the others meant what they said`);
}
const within = await killSaves(kills, seededRandom(seed));
console.log(
  `${kills} kills while saving, ${within} of them within the writing of a file: nothing lost, nothing damaged`,
);
console.log(`took ${((performance.now() - began) / 60_000).toFixed(1)} minutes`);
