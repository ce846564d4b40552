import {fileURLToPath} from 'node:url';
import {defineConfig} from 'vitest/config';

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {alias: {'itop/data': source('./src/data.ts'), itop: source('./src/index.ts')}},
  test: {include: ['test/**/*.test.ts'], testTimeout: 60_000},
});
