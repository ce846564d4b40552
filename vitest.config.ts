import {fileURLToPath} from 'node:url';
import {defineConfig} from 'vitest/config';
import {softwareVulkan} from './test/support/softwareVulkan.ts';

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const pure = ['topology', 'algorithms', 'exploration', 'flops', 'io', 'data', 'planner', 'report'].map(
  (room) => `test/${room}/**/*.test.ts`,
);

export default defineConfig({
  resolve: {
    alias: {
      'itop/data': source('./src/data.ts'),
      'itop/report': source('./src/report.ts'),
      'itop/accelerate': source('./src/accelerate.ts'),
      'itop/core': source('./src/core.ts'),
      'itop/layers': source('./src/layers.ts'),
      'itop/webgpu': source('./src/webgpu.ts'),
      'itop/files': source('./src/files.ts'),
      'itop/node': source('./src/node.ts'),
      itop: source('./src/index.ts'),
    },
  },
  test: {
    testTimeout: 60_000,
    // Processes, not threads: WebGPU keeps its host alive, and vitest ends processes.
    pool: 'forks',
    env: softwareVulkan(),
    projects: [
      // Functions of typed arrays and text: nothing that a test leaves behind can reach another, so files share a process.
      {extends: true, test: {name: 'pure', include: pure, isolate: false}},
      // TensorFlow.js has one backend, one registry of kernels and flags per process: a process for each file.
      {extends: true, test: {name: 'tfjs', include: ['test/**/*.test.ts'], exclude: pure}},
    ],
  },
});
