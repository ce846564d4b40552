import {fileURLToPath} from 'node:url';
import {buildSync} from 'esbuild';
import type {BackendName} from './options.ts';

const runtime = (name: string) => fileURLToPath(new URL(`./runtime/${name}.ts`, import.meta.url));

/**
 * A script as a module that runs by itself: it imports tfjs and itop only, does everything with stand-ins and without, and
 * prints what differs.
 *
 * @param body  as `scriptSource` gives it
 */
export function standalone(body: string, backend: BackendName, threads: number): string {
  const source = `
${backend === 'webgpu' ? "import {registerWebGPUInNode} from 'itop/node';" : "import '@tensorflow/tfjs-backend-wasm';"}
import * as tf from '@tensorflow/tfjs';
import * as itop from 'itop';
import * as own from '${runtime('own')}';
import {Recorder} from '${runtime('recorder')}';

async function script(run) {
${body}
}

${backend === 'webgpu' ? 'await registerWebGPUInNode();' : ''}
await tf.setBackend('${backend}');
itop.setThreads(${threads});
for (const isOn of [true, false]) {
  itop.setFusedStep(isOn);
  const run = new Recorder();
  await script(run);
  console.log(isOn ? 'WITH STAND-INS' : 'WITHOUT');
  console.dir(run.entries, {depth: 9});
}
process.exit();
`;
  const {outputFiles} = buildSync({
    stdin: {contents: source, loader: 'js', resolveDir: fileURLToPath(new URL('.', import.meta.url))},
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    packages: 'external',
    external: ['itop', 'itop/node'],
    // Else esbuild would follow the paths of tsconfig.json into the library.
    tsconfigRaw: {},
  });
  return outputFiles[0].text;
}
