import {afterEach, describe, expect, test, vi} from 'vitest';
import type {FromWorker, ToWorker} from '../../examples/playground/protocol.ts';
import {defaultsFor} from '../../examples/playground/settings.ts';

/** What the page told its worker, and how the worker answers. */
const told: ToWorker['type'][] = [];
let worker: StandIn;

class StandIn {
  onmessage?: (event: {data: FromWorker}) => void;

  constructor() {
    worker = this;
  }

  postMessage({type}: ToWorker): void {
    if (type !== 'classify') told.push(type);
  }
}

/** A page of its own, whose worker answers only when it is told to. */
async function openPage() {
  told.length = 0;
  vi.resetModules();
  vi.useFakeTimers();
  vi.stubGlobal('location', {hash: ''});
  vi.stubGlobal('history', {replaceState() {}});
  vi.stubGlobal('addEventListener', () => {});
  vi.stubGlobal('Worker', StandIn);
  const store = await import('../../examples/playground/store.ts');
  store.begin();
  return store;
}

function answer(...states: ('running' | 'paused' | 'done')[]): void {
  for (const state of states) worker.onmessage!({data: {type: 'state', state}});
  vi.runAllTimers();
}

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('changing a setting of the playground', () => {
  const other = {...defaultsFor('digits'), density: 0.3};

  test('goes on with a run that was asked for and has not been answered yet', async () => {
    const {change, tell} = await openPage();
    answer('paused');
    tell({type: 'run'});
    change(other);
    expect(told).toEqual(['start', 'run', 'start', 'run']);
    answer('running', 'paused');
    change({...other, seed: 2});
    expect(told.slice(-2)).toEqual(['start', 'run']);
  });

  test('leaves a run that was paused, stepped, restarted, that is done or has failed', async () => {
    const {change, tell, restart} = await openPage();
    const ends: (() => void)[] = [
      () => tell({type: 'pause'}),
      () => tell({type: 'step', until: 'update'}),
      () => restart(),
      () => answer('done'),
      () => {
        worker.onmessage!({data: {type: 'failed', message: 'no such device'}});
        vi.runAllTimers();
      },
    ];
    for (const end of ends) {
      tell({type: 'run'});
      answer('running');
      end();
      change(other);
      expect(told.at(-1)).toBe('start');
    }
  });
});
