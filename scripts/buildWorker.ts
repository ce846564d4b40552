/**
 * Bundles the code of the fused step's threads and embeds it as a string, so that the package has no file to serve.
 *
 *     npx tsx scripts/buildWorker.ts
 */
import {writeFile} from 'node:fs/promises';
import {build} from 'esbuild';

const SOURCE = 'src/fused/worker.ts';
const TARGET = 'src/fused/workerSource.ts';

/** The TypeScript file with the bundle. */
export async function workerSource(): Promise<string> {
  const {outputFiles} = await build({
    entryPoints: [SOURCE],
    bundle: true,
    write: false,
    format: 'iife',
    minify: true,
    target: 'es2022',
    external: ['node:worker_threads'],
  });
  return (
    `// Made by scripts/buildWorker.ts from ${SOURCE}; do not edit.\n\n` +
    '/** The code of a thread, a classic script. */\n' +
    `export const WORKER =\n  ${JSON.stringify(outputFiles[0].text.trim())};\n`
  );
}

if (process.argv[1]?.endsWith('buildWorker.ts')) await writeFile(TARGET, await workerSource());
