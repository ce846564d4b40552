/**
 * Bundles the library into one file for pages without a bundler, twice: `npx tsx scripts/buildBrowser.ts`.
 *
 * - dist/itop.browser.js, an ES module: it imports `@tensorflow/tfjs`, which an import map of the page must name
 * - dist/itop.global.js, a classic script: of the global `tf` that TensorFlow.js's own script makes it makes the global `itop`
 */
import {type BuildOptions, build, type Plugin} from 'esbuild';

const TFJS = '@tensorflow/tfjs';

const NO_TF =
  'itop: the script of TensorFlow.js must come first, received no global tf. Put its script tag before the one of itop.';

/** Takes TensorFlow.js from its global. */
const globalTfjs: Plugin = {
  name: 'global tfjs',
  setup(build) {
    build.onResolve({filter: new RegExp(`^${TFJS}$`)}, () => ({path: TFJS, namespace: 'global'}));
    build.onLoad({filter: /.*/, namespace: 'global'}, () => ({
      contents: `if (!globalThis.tf) throw new Error(${JSON.stringify(NO_TF)});\nmodule.exports = globalThis.tf;`,
    }));
  },
};

/** Writes both files. */
export async function buildBrowser(): Promise<void> {
  const common: BuildOptions = {
    entryPoints: ['src/browser.ts'],
    bundle: true,
    minify: true,
    target: 'es2022',
    banner: {js: '/* itop, Apache-2.0; with Alea of seedrandom, MIT */'},
  };
  await build({...common, outfile: 'dist/itop.browser.js', format: 'esm', external: [TFJS, 'node:*']});
  await build({
    ...common,
    outfile: 'dist/itop.global.js',
    format: 'iife',
    globalName: 'itop',
    external: ['node:*'],
    plugins: [globalTfjs],
  });
}

if (process.argv[1]?.endsWith('buildBrowser.ts')) await buildBrowser();
