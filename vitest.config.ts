import {fileURLToPath} from 'node:url';
import {defineConfig} from 'vitest/config';
import {softwareVulkan} from './test/support/softwareVulkan.ts';

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    alias: {
      'itop/data': source('./src/data.ts'),
      'itop/report': source('./src/report.ts'),
      'itop/accelerate': source('./src/accelerate.ts'),
      'itop/core': source('./src/core.ts'),
      'itop/layers': source('./src/layers.ts'),
      'itop/webgpu': source('./src/webgpu.ts'),
      'itop/node': source('./src/node.ts'),
      itop: source('./src/index.ts'),
    },
  },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    // Processes, not threads: WebGPU keeps its host alive, and vitest ends processes.
    pool: 'forks',
    env: softwareVulkan(),
  },
});
