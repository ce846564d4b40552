/**
 * Compiles the WebAssembly kernels and embeds them as text, so that the package has no file to serve and nothing native.
 * In hexadecimal: compressed, it takes a third less than base64, in which the same bytes look different at every place.
 * One source, two binaries: with relaxed SIMD and without.
 *
 *     npx tsx scripts/buildKernels.ts
 */
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import asc from 'assemblyscript/asc';

const SOURCE = 'src/kernels/wasm/assembly/index.ts';
const TARGET = 'src/kernels/wasm/binaries.ts';
const OPTIONS =
  '-O3 --shrinkLevel 1 --converge --noAssert --runtime stub --importMemory --noExportMemory --initialMemory 1 --enable simd --enable bulk-memory'.split(
    ' ',
  );
const RELAXED = '--enable relaxed-simd'.split(' ');

/**
 * The TypeScript file with both binaries. They are much the same, and one stands between two halves of the other: compression looks back
 * 32 kB only, and so finds the one in the other.
 */
export async function kernelBinaries(): Promise<string> {
  const [plain, relaxed] = [await compile(OPTIONS), await compile([...OPTIONS, ...RELAXED])];
  const half = plain.length / 2;
  return `// Made by scripts/buildKernels.ts from src/kernels/wasm/assembly; do not edit.

/** The kernels in hexadecimal, for any engine with SIMD, in two halves; between these, for engines with relaxed SIMD. */
export const BINARIES = [
  '${plain.slice(0, half)}',
  '${relaxed}',
  '${plain.slice(half)}',
] as const;
`;
}

async function compile(options: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'itop-kernels-'));
  try {
    const file = join(folder, 'kernels.wasm');
    const {error, stderr} = await asc.main([SOURCE, '--outFile', file, ...options]);
    if (error) throw new Error(`buildKernels: ${SOURCE} must compile, received ${error.message}\n${stderr}`);
    return (await readFile(file)).toString('hex');
  } finally {
    await rm(folder, {recursive: true});
  }
}

if (process.argv[1]?.endsWith('buildKernels.ts')) await writeFile(TARGET, await kernelBinaries());
