/**
 * Checks what importing a part of the built package costs a page, minified and compressed, without TensorFlow.js, and that whatever
 * brings sparse layers or ops brings what registers their kernels: `npm run build`, then `npx tsx scripts/checkSize.ts`.
 */
import {fileURLToPath} from 'node:url';
import {gzipSync} from 'node:zlib';
import {build} from 'esbuild';

/** What is imported, and how many kB it may take. */
const LIMITS: readonly (readonly [code: string, kB: number])[] = [
  [use('itop', 'magnitudePruning'), 3],
  [use('itop', 'cosineDecay', 'uniform'), 3],
  [use('itop', 'SETScheduler'), 25],
  [use('itop', 'SETScheduler', 'sparsify'), 79],
  ["import 'itop/layers';", 57],
  [use('itop/accelerate', 'accelerateTfjs'), 5],
  [use('itop/data', 'shuffledBatches'), 3],
  [use('itop/files', 'loadSparse'), 62],
];

/** What must come along with a module, if anything of it is used. All sparse ops check their operands. */
const COMPANIONS: Readonly<Record<string, readonly string[]>> = {
  'dist/ops/checkOperands.js': ['dist/kernels/register.js'],
  'dist/sparse/maskedKernel.js': ['dist/kernels/register.js', 'dist/fused/register.js'],
};

for (const [code, limit] of LIMITS) {
  const {kB} = await bundle(code);
  console.log(`${kB.toFixed(1)} kB of ${limit}: ${code}`);
  if (kB > limit) fail(`${code} must take at most ${limit} kB, takes ${kB.toFixed(1)}`);
}

const seen = new Set<string>();
for (const entry of ['itop', 'itop/core', 'itop/files']) {
  const names = Object.keys(await import(entry));
  for (const name of names) {
    const {modules} = await bundle(use(entry, name));
    for (const [module, companions] of Object.entries(COMPANIONS)) {
      if (!modules.has(module)) continue;
      seen.add(module);
      const missing = companions.filter((companion) => !modules.has(companion));
      if (missing.length > 0) fail(`${name} of ${entry} must bring ${missing} along with ${module}`);
    }
  }
  console.log(`${entry}: each of ${names.length} exports brings the kernels that it needs`);
}
for (const module of Object.keys(COMPANIONS)) if (!seen.has(module)) fail(`some export must use ${module}, none does`);

/** A module that uses some exports and nothing else. */
function use(entry: string, ...names: string[]): string {
  return `import {${names.join(', ')}} from '${entry}'; console.log(${names.join(', ')});`;
}

async function bundle(code: string): Promise<{kB: number; modules: ReadonlySet<string>}> {
  const {outputFiles, metafile} = await build({
    stdin: {contents: code, resolveDir: fileURLToPath(new URL('..', import.meta.url))},
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    external: ['@tensorflow/*', 'node:*'],
    // Without the paths of this project, by which the entries would be the sources.
    tsconfigRaw: {},
  });
  const [{inputs}] = Object.values(metafile.outputs);
  return {kB: gzipSync(outputFiles[0].contents, {level: 9}).length / 1000, modules: new Set(Object.keys(inputs))};
}

function fail(message: string): void {
  console.error(`checkSize: ${message}`);
  process.exitCode = 1;
}
