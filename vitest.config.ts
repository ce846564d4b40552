import {fileURLToPath} from 'node:url';
import {defineConfig} from 'vitest/config';
import {softwareVulkan} from './test/support/softwareVulkan.ts';

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** What is about its process: heap, threads, garbage, what TensorFlow.js does once in a process, fresh copies of modules. */
const alone = ['test/**/*.alone.test.ts'];

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
    // All cores: by default one is left out, half of a small machine.
    maxWorkers: '100%',
    env: softwareVulkan(),
    setupFiles: ['test/support/equality.ts', 'test/support/seededDraws.ts'],
    projects: [
      // Most files share their processes: loading TensorFlow.js takes longer than most of them. They leave flags, kernels and
      // settings as they found them, and count tensors from what there is.
      {
        extends: true,
        test: {
          name: 'shared',
          include: ['test/**/*.test.ts'],
          exclude: alone,
          isolate: false,
          setupFiles: 'test/support/sharedProcess.ts',
        },
      },
      {extends: true, test: {name: 'alone', include: alone}},
    ],
  },
});
