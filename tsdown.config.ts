import {defineConfig} from 'tsdown';

const shared = {target: 'es2022', fixedExtension: false} as const;

export default defineConfig([
  {
    ...shared,
    entry: {index: 'src/index.ts', data: 'src/data.ts'},
    format: ['esm', 'cjs'],
    platform: 'neutral',
    dts: true,
    sourcemap: true,
  },
  {
    // As an ES module only, as its plotting library is.
    ...shared,
    entry: {report: 'src/report.ts', reportCommand: 'src/reportCommand.ts'},
    format: 'esm',
    platform: 'node',
    dts: {entry: 'src/report.ts'},
    sourcemap: true,
  },
]);
