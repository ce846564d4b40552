/**
 * Compiles the WebAssembly kernels and embeds them as base64, so that the package has no file to serve and nothing native.
 * One source, two binaries: a module imports either a plain or a shared memory.
 *
 *     npx tsx scripts/buildKernels.ts
 */
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import asc from 'assemblyscript/asc';

const SOURCE = 'src/kernels/wasm/assembly/index.ts';
const TARGET = 'src/kernels/wasm/binaries.ts';
const OPTIONS = '-O3 --noAssert --runtime stub --importMemory --noExportMemory --initialMemory 1 --enable simd'.split(
  ' ',
);
const SHARED = '--enable threads --sharedMemory --maximumMemory 65536'.split(' ');

/** The TypeScript file with both binaries. */
export async function kernelBinaries(): Promise<string> {
  const plain = await compile(OPTIONS);
  const shared = await compile([...OPTIONS, ...SHARED]);
  return (
    '// Made by scripts/buildKernels.ts from src/kernels/wasm/assembly; do not edit.\n\n' +
    `/** The kernels for a plain memory, in base64. */\nexport const PLAIN =\n  '${plain}';\n\n` +
    `/** The kernels for a shared memory, in base64. */\nexport const SHARED =\n  '${shared}';\n`
  );
}

async function compile(options: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'itop-kernels-'));
  try {
    const file = join(folder, 'kernels.wasm');
    const {error, stderr} = await asc.main([SOURCE, '--outFile', file, ...options]);
    if (error) throw new Error(`buildKernels: ${SOURCE} must compile, received ${error.message}\n${stderr}`);
    return (await readFile(file)).toString('base64');
  } finally {
    await rm(folder, {recursive: true});
  }
}

if (process.argv[1]?.endsWith('buildKernels.ts')) await writeFile(TARGET, await kernelBinaries());
