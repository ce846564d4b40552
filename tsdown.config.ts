import {defineConfig} from 'tsdown';

export default defineConfig({
  entry: {index: 'src/index.ts', data: 'src/data.ts', node: 'src/node.ts'},
  format: ['esm', 'cjs'],
  platform: 'neutral',
  target: 'es2022',
  dts: true,
  sourcemap: true,
  fixedExtension: false,
});
