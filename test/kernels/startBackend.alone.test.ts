import {execFile} from 'node:child_process';
import {mkdirSync, rmSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import * as tf from '@tensorflow/tfjs';
import {startBackend} from 'itop';
import {afterEach, describe, expect, it, vi} from 'vitest';

/** A factory that fails as that of wasm does where its files are not found. */
const failing = () => Promise.reject(new Error('expected magic word'));

describe('startBackend', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('makes a backend the current one', async () => {
    await startBackend('cpu');
    expect(tf.getBackend()).toBe('cpu');
  });

  it.each([
    ['wasm', "Install @tensorflow/tfjs-backend-wasm and write import '@tensorflow/tfjs-backend-wasm'."],
    ['webgpu', "Write import '@tensorflow/tfjs-backend-webgpu', or in Node await registerWebGPUInNode() of itop/node."],
    ['webgl', 'It is there in browsers only: in Node take wasm, or webgpu where there is a GPU.'],
    ['abacus', 'Import the package that registers it.'],
  ])('says what to import where %s is not registered', async (name, advice) => {
    await expect(startBackend(name)).rejects.toThrow(
      `startBackend: a backend must be registered before it starts, received "${name}", which is not. ${advice}`,
    );
  });

  it.each([
    ['wasm', 'In a page call setWasmPaths of @tensorflow/tfjs-backend-wasm first, with the folder'],
    ['webgpu', 'It needs a browser and a GPU with WebGPU: take wasm where there is none.'],
    ['abacus', 'Take another one.'],
  ])('says what to do where %s does not start, and leaves the one before', async (name, advice) => {
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    await tf.setBackend('cpu');
    tf.registerBackend(name, failing as never);
    await expect(startBackend(name)).rejects.toThrow(
      `startBackend: a backend must start on this machine, received "${name}", which did not. ${advice}`,
    );
    expect(tf.getBackend()).toBe('cpu');
    tf.removeBackend(name);
  });

  it('keeps errors of a program readable on wasm, which tfjs hides behind its minified source', async () => {
    const program = `
      import '@tensorflow/tfjs-backend-wasm';
      import {startBackend} from 'itop';
      process.on('uncaughtException', own);
      function own(error: Error) { console.error('own listener:', error.message); }
      await startBackend('wasm');
      if (!process.listeners('uncaughtException').includes(own)) throw new Error('lost');
      process.removeListener('uncaughtException', own);
      throw new Error('mine');`;
    const root = fileURLToPath(new URL('../..', import.meta.url));
    const inRoot = join(root, 'runs', `start-${process.pid}.ts`);
    mkdirSync(dirname(inRoot), {recursive: true});
    writeFileSync(inRoot, program);
    try {
      const run = promisify(execFile)(process.execPath, ['--import', 'tsx', inRoot], {cwd: root});
      const {stderr} = (await run.catch((error) => error)) as {stderr: string};
      expect(stderr).toContain('Error: mine');
      expect(stderr.length).toBeLessThan(3000);
    } finally {
      rmSync(inRoot);
    }
  });
});
