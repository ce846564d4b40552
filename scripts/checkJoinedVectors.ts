/**
 * Checks that a Node which joins vectors trains to the same last bit as without, and that it does join them:
 * `npx tsx scripts/checkJoinedVectors.ts path/to/node24`, a Node of version 24 or later on x64.
 */
import {spawnSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {fileURLToPath} from 'node:url';
import {setFlagsFromString} from 'node:v8';
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import {seededRandom, setThreads, sparsify} from 'itop';
import {joinVectors} from 'itop/node';
import {models} from '../examples/models/index.ts';

/** What V8 traces of a function in which it joins. */
const JOINED = /Decide to vectorize/g;
const RESULT = /weights of [^:\n]+: [0-9a-f]{64}/g;
const STEPS = 60;

/** Networks with all loops that are to be joined: of full and half blocks, of layers with all connections, of images. */
const NETWORKS = [
  {name: 'MLP', build: () => models['MLP-CIFAR10'](), batch: 100, steps: STEPS, density: 0.05},
  {name: 'all connections', build: () => models['LeNet-300-100'](), batch: 64, steps: STEPS, density: 1},
  {name: 'WRN-22-2', build: () => models['WRN-22-2']({inputShape: [8, 8, 3]}), batch: 40, steps: STEPS, density: 0.1},
];

const [node, how] = process.argv.slice(2);
if (how) await train(how === 'joined');
else check(node);

function check(node: string | undefined): void {
  if (!node) throw new Error('checkJoinedVectors: name a Node of version 24 or later, such as ./node24/bin/node');
  const [apart, joined] = ['apart', 'joined'].map((how) => {
    // Optimized at once: by tiers, whether a loop is depends on how busy the machine is.
    const args = ['--no-liftoff', '--import', 'tsx', fileURLToPath(import.meta.url), node, how];
    const {status, stdout, stderr} = spawnSync(node, args, {encoding: 'utf8', maxBuffer: 2 ** 30});
    if (status !== 0) throw new Error(`checkJoinedVectors: ${how}, ended with ${status}\n${stderr}`);
    return {
      // What V8 traces may come before it in the same line.
      results: stdout.match(RESULT) ?? [],
      functions: stdout.match(JOINED)?.length ?? 0,
    };
  });
  console.log(
    `${joined.results.join('\n')}\nV8 joined vectors in ${joined.functions} compilations, without the call in ${apart.functions}`,
  );
  if (joined.functions === 0 || apart.functions > 0) fail('vectors must be joined with joinVectors(), and only then');
  if (joined.results.length !== NETWORKS.length) fail(`${NETWORKS.length} networks must be trained`);
  for (const [i, line] of joined.results.entries()) {
    if (line !== apart.results[i])
      fail(`results must be the same to the last bit, received ${line} and ${apart.results[i]}`);
  }
}

async function train(isJoined: boolean): Promise<void> {
  setFlagsFromString('--trace-wasm-revectorize');
  if (isJoined) joinVectors();
  await tf.setBackend('wasm');
  setThreads(1);
  for (const {name, build, batch, steps, density} of NETWORKS) {
    const dense = build();
    const network = sparsify(dense, {density, distribution: 'uniform', seed: 1, values: 'drawn'});
    network.compile({optimizer: tf.train.momentum(0.01, 0.9), loss: 'categoricalCrossentropy'});
    const random = seededRandom(2);
    const numbers = (shape: number[]) =>
      tf.tensor(
        Float32Array.from({length: tf.util.sizeFromShape(shape)}, () => random() - 0.5),
        shape,
      );
    const x = numbers([batch * 4, ...(network.inputs[0].shape.slice(1) as number[])]);
    const y = tf.oneHot(
      tf.tensor1d(
        Int32Array.from({length: batch * 4}, (_, i) => i % 10),
        'int32',
      ),
      10,
    );
    await network.fit(x, y, {batchSize: batch, epochs: steps / 4, shuffle: false, verbose: 0});
    const hash = createHash('sha256');
    for (const weight of network.getWeights()) hash.update(new Uint8Array((await weight.data()).buffer));
    console.log(`weights of ${name}: ${hash.digest('hex')}`);
  }
}

function fail(message: string): void {
  console.error(`checkJoinedVectors: ${message}`);
  process.exitCode = 1;
}
