import * as tf from '@tensorflow/tfjs';
import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import {accelerateTfjs} from '../../../src/kernels/stock/accelerateTfjs.ts';
import '../../support/backends.ts';

/** Every kernel of the backends concerned, by backend and name. */
function registered(): Map<string, tf.KernelConfig> {
  const kernels = ['cpu', 'wasm', 'webgpu'].flatMap((backendName) => tf.getKernelsForBackend(backendName));
  return new Map(kernels.map((kernel) => [`${kernel.backendName} ${kernel.kernelName}`, kernel]));
}

/** The kernels that are others than they were, by backend and name. */
function changedSince(before: Map<string, tf.KernelConfig>): string[] {
  const now = registered();
  return [...before.keys()].filter((name) => now.get(name) !== before.get(name));
}

describe('accelerateTfjs', () => {
  const stock = registered();
  beforeEach(() => {
    vi.spyOn(console, 'warn');
  });

  afterEach(() => {
    expect(console.warn).not.toHaveBeenCalled();
    expect(changedSince(stock)).toEqual([]);
    expect(registered().size).toBe(stock.size);
  });

  test('replaces kernels of cpu and wasm until the returned function is called', () => {
    const restore = accelerateTfjs();
    const changed = changedSince(stock);
    expect(changed).toEqual(expect.arrayContaining(['cpu GatherV2', 'wasm GatherV2', 'cpu Add', 'cpu Sum']));
    expect(changed.filter((name) => name.startsWith('webgpu'))).toEqual([]);
    restore();
    expect(changedSince(stock)).toEqual([]);
  });

  test('keeps what a kernel does when its backend starts and ends', () => {
    const restore = accelerateTfjs();
    const now = registered();
    for (const name of changedSince(stock)) {
      expect(now.get(name)?.setupFunc, name).toBe(stock.get(name)?.setupFunc);
      expect(now.get(name)?.disposeFunc, name).toBe(stock.get(name)?.disposeFunc);
    }
    expect(now.get('wasm GatherV2')?.setupFunc).toBeDefined();
    restore();
  });

  test('called again only counts: the stock kernels come back with the last restoration, in any order', () => {
    const first = accelerateTfjs();
    const fast = registered();
    const second = accelerateTfjs();
    const third = accelerateTfjs();
    expect(changedSince(fast)).toEqual([]);
    second();
    first();
    expect(changedSince(fast)).toEqual([]);
    third();
    expect(changedSince(stock)).toEqual([]);
  });

  test('restoring twice is harmless', () => {
    const first = accelerateTfjs();
    first();
    first();
    const second = accelerateTfjs();
    first();
    expect(changedSince(stock)).not.toEqual([]);
    second();
    second();
  });

  test('can be used again', () => {
    for (let i = 0; i < 3; i++) {
      const restore = accelerateTfjs();
      expect(changedSince(stock)).not.toEqual([]);
      restore();
    }
  });

  test('leaves a kernel alone that somebody else registered in the meantime', () => {
    const restore = accelerateTfjs();
    const own: tf.KernelConfig = {...tf.getKernel('Add', 'cpu')};
    tf.unregisterKernel('Add', 'cpu');
    tf.registerKernel(own);
    restore();
    expect(changedSince(stock)).toEqual(['cpu Add']);
    tf.unregisterKernel('Add', 'cpu');
    tf.registerKernel(stock.get('cpu Add')!);
  });
});
