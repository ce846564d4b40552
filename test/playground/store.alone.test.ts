import {afterEach, describe, expect, test, vi} from 'vitest';
import type {Frame, FromWorker, RunInfo, ToWorker} from '../../examples/playground/protocol.ts';
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
async function openPage(hash = '') {
  told.length = 0;
  vi.resetModules();
  vi.useFakeTimers();
  vi.stubGlobal('location', {hash});
  vi.stubGlobal('history', {replaceState() {}});
  vi.stubGlobal('addEventListener', () => {});
  vi.stubGlobal('Worker', StandIn);
  const store = await import('../../examples/playground/store.ts');
  store.begin();
  return store;
}

function answer(...states: ('running' | 'paused' | 'done')[]): void {
  say(...states.map((state): FromWorker => ({type: 'state', state})));
}

function say(...messages: FromWorker[]): void {
  for (const data of messages) worker.onmessage!({data});
  vi.runAllTimers();
}

const info: RunInfo = {
  settings: defaultsFor('digits'),
  network: '784-128-64-10',
  inputShape: [28, 28, 1],
  classes: 10,
  runsOn: 'cpu',
};

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
        say({type: 'failed', asked: 'run', message: 'no such device', state: 'paused'});
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

describe('what fails in the playground', () => {
  test('leaves the run as it was, if it is a file, and settles what was asked', async () => {
    const {ask, change, state, tell, failure} = await openPage();
    say({type: 'started', info});
    tell({type: 'run'});
    answer('running');
    const asked = ask({type: 'files', files: []}, 'files');
    say({type: 'failed', asked: 'files', message: 'no data', state: 'running'});
    expect(await asked).toBeUndefined();
    expect([state.value, failure.value]).toEqual(['running', 'no data']);
    change({...defaultsFor('digits'), seed: 2});
    expect(told.slice(-2)).toEqual(['start', 'run']);
    answer('done');
    say({type: 'failed', asked: 'files', message: 'no data', state: 'done'});
    expect(state.value).toBe('done');
  });

  test('leaves no run behind, if it is a start', async () => {
    const store = await openPage();
    say({type: 'started', info}, {type: 'state', state: 'paused'}, {type: 'at', step: 7});
    expect(store.step.value).toBe(7);
    store.change(defaultsFor('files'));
    say({type: 'failed', asked: 'start', message: 'no files', state: 'none'});
    expect([store.state.value, store.info.value, store.step.value]).toEqual(['none', undefined, 0]);
  });
});

test('a frame of the replay stays when later ones push it out of the history', async () => {
  const {history, replayed, shown} = await openPage();
  const frame = (step: number): Frame => ({step, rate: 0, layers: []});
  const update = {step: 0, dropped: 0, survival: null, grown: 0};
  const send = (from: number, to: number) => {
    for (let step = from; step < to; step++) say({type: 'frame', frame: frame(step), update});
  };
  send(0, 60);
  replayed.value = history.value[2];
  send(60, 100);
  expect(shown.value!.step).toBe(2);
  expect(history.value[0].step).toBe(40);
});

test('a model that was loaded sets the density, unless the method has to reach it', async () => {
  const {settings} = await openPage();
  const gmp = {...defaultsFor('digits'), method: 'gmp'} as const;
  say({type: 'started', info: {...info, settings: gmp, loadedDensity: 0.23456}});
  expect(settings.value.density).toBe(0.05);
  say({type: 'started', info: {...info, loadedDensity: 0.23456}});
  expect(settings.value.density).toBe(0.235);
});

test('an address with faults says so', async () => {
  const {notice, settings} = await openPage('#data=moons&interval=0&speed=2');
  expect(settings.value).toEqual(defaultsFor('moons'));
  expect(notice.value).toBe(
    'The address names interval=0, which must be a whole number between 1 and 100000; speed, which is no setting. ' +
      'The run is as it would be without.',
  );
});
