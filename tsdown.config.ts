import {defineConfig, type UserConfig} from 'tsdown';

/** The generator of seedrandom as an ES module: as CommonJS it would bring a runtime of 0.3 kB to every page. */
const aleaAsModule = {
  name: 'alea-as-module',
  transform: (code: string, id: string) =>
    id.endsWith('seedrandom/lib/alea.js')
      ? `const module = {exports: {}};\n${code}\nexport default module.exports;`
      : undefined,
};

const common: UserConfig = {
  target: 'es2022',
  platform: 'neutral',
  fixedExtension: false,
  hash: false,
  dts: true,
  plugins: [aleaAsModule],
  // In a page an ES module cannot import it: it has no default export there.
  deps: {alwaysBundle: ['seedrandom/lib/alea.js'], neverBundle: [/^node:/]},
};

const entry = (...names: string[]) => Object.fromEntries(names.map((name) => [name, `src/${name}.ts`]));
const both = ['accelerate', 'core', 'data', 'files', 'index', 'layers', 'node', 'webgpu'];

export default defineConfig([
  {
    ...common,
    // The report is an ES module only, as its plotting library is; so is the command.
    entry: entry(...both, 'report', 'cli'),
    format: 'esm',
    // A file for each module: bundlers leave out those of which nothing is used.
    unbundle: true,
    // npm packs no folder of this name.
    outputOptions: {entryFileNames: ({name}) => `${name.replace('node_modules', 'bundled')}.js`},
  },
  // What require() gets. It must not clean away what the first one writes.
  {...common, entry: entry(...both), format: 'cjs', clean: false},
]);
