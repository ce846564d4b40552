import {defineConfig} from 'tsdown';

const common = {target: 'es2022', sourcemap: true, fixedExtension: false} as const;

export default defineConfig([
  {
    ...common,
    entry: {index: 'src/index.ts', data: 'src/data.ts', node: 'src/node.ts'},
    format: ['esm', 'cjs'],
    platform: 'neutral',
    external: [/^node:/],
    dts: true,
  },
  // The commands, and reports as an ES module only, as their plotting library is. They must not clean away what the first one writes.
  {
    ...common,
    entry: {cli: 'src/cli.ts', report: 'src/report.ts'},
    format: 'esm',
    platform: 'node',
    dts: {entry: 'src/report.ts'},
    clean: false,
  },
]);
