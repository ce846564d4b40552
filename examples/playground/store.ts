/** The state of the page, as signals: what is drawn follows from it. */
import {batch, computed, effect, signal} from '@preact/signals';
import type {
  Boundary,
  Frame,
  FromWorker,
  ModelFiles,
  Pair,
  Progress,
  RunInfo,
  RunState,
  Settings,
  ToWorker,
  Update,
} from './protocol.ts';
import {faultsOf, fromHash, toHash} from './settings.ts';

/** Frames that the replay goes back, at most. */
const REMEMBERED = 60;

export const settings = signal<Settings>(fromHash(location.hash));
export const info = signal<RunInfo>();
export const state = signal<RunState | 'starting' | 'none'>('starting');
export const failure = signal('');
/** What else there is to say about the present settings. */
export const notice = signal('');
/** Steps made. */
export const step = signal(0);
export const points = signal<readonly Progress[]>([]);
export const updates = signal<readonly Update[]>([]);
/** The network after each of the last updates. */
export const history = signal<readonly Frame[]>([]);
const live = signal<Frame>();
/** One of the history, to be shown instead of the present. */
export const replayed = signal<Frame>();
export const boundary = signal<Boundary>();
export const probabilities = signal<Pair<Float32Array>>();
/** `[height · width]`: the image on the pad. */
export const drawing = signal<Uint8Array>();

export const latest = computed(() => points.value.at(-1));
/** The network that is shown. */
export const shown = computed(() => replayed.value ?? live.value);
export const isPlane = computed(() => info.value?.inputShape.length === 1);

const worker = new Worker(new URL('./worker/main.ts', import.meta.url), {type: 'module'});
/** What came since the last frame of the screen. */
let arrived: FromWorker[] = [];
/** Whether the run is to go on: what the visitor asked for last, which the worker has perhaps not answered yet. */
let isWanted = false;
const waiting: {
  asked: ToWorker['type'];
  type: FromWorker['type'];
  resolve(message: FromWorker | undefined): void;
}[] = [];

export function tell(message: ToWorker): void {
  if (message.type === 'run') isWanted = true;
  if (message.type === 'start' || message.type === 'pause' || message.type === 'step') isWanted = false;
  worker.postMessage(message);
}

/** Sends a message. @returns the next answer of a type, or undefined if it failed, which the page says then */
export function ask<Type extends FromWorker['type']>(
  message: ToWorker,
  type: Type,
): Promise<Extract<FromWorker, {type: Type}> | undefined> {
  return new Promise((resolve) => {
    waiting.push({asked: message.type, type, resolve: resolve as (message: FromWorker | undefined) => void});
    tell(message);
  });
}

/** Starts the first run, and keeps the address as the settings are. */
export function begin(): void {
  worker.onmessage = ({data}: MessageEvent<FromWorker>) => {
    arrived.push(data);
    if (arrived.length === 1) setTimeout(receive, 30);
  };
  worker.onerror = ({message}) => {
    failure.value = message || 'The worker did not start in this browser.';
  };
  addEventListener('hashchange', () => {
    if (toHash(settings.value) === location.hash.slice(1)) return;
    const faults = faultsOf(location.hash);
    change(fromHash(location.hash));
    notice.value = faults;
  });
  effect(() => tell({type: 'classify', ...(drawing.value ? {pixels: drawing.value} : {})}));
  const faults = faultsOf(location.hash);
  if (faults) showAddress();
  notice.value = faults;
  restart();
}

/** Takes other settings: a new run, which goes on if the one before was to. */
export function change(next: Settings): void {
  const wasWanted = isWanted;
  settings.value = next;
  notice.value = '';
  showAddress();
  restart();
  if (wasWanted) tell({type: 'run'});
}

/** A fresh run. */
export function restart(): void {
  state.value = 'starting';
  failure.value = '';
  tell({type: 'start', settings: settings.value});
}

/** A run from a model that was saved. One that does not fit leaves the run as it was. */
export async function load(model: ModelFiles): Promise<void> {
  failure.value = '';
  if (await ask({type: 'load', settings: settings.value, model}, 'started')) isWanted = false;
}

/** Keeps the address as the settings are. */
function showAddress(): void {
  globalThis.history.replaceState(null, '', `#${toHash(settings.value)}`);
}

/** Takes in, at once, what the worker has sent. */
function receive(): void {
  const messages = arrived;
  arrived = [];
  batch(() => {
    for (const message of messages) take(message);
  });
}

function take(message: FromWorker): void {
  const hasFailed = message.type === 'failed';
  const index = waiting.findIndex(({asked, type}) => (hasFailed ? asked === message.asked : type === message.type));
  if (index >= 0) waiting.splice(index, 1)[0].resolve(hasFailed ? undefined : message);
  switch (message.type) {
    case 'started':
      started(message.info);
      return;
    case 'progress':
      points.value = [...points.value, message.progress];
      step.value = message.progress.step;
      return;
    case 'at':
      step.value = message.step;
      return;
    case 'frame':
      live.value = message.frame;
      if (!message.update) return;
      updates.value = [...updates.value, message.update];
      history.value = [...history.value, message.frame].slice(-REMEMBERED);
      return;
    case 'boundary':
      boundary.value = message.boundary;
      return;
    case 'classified':
      probabilities.value = message.probabilities;
      return;
    case 'state':
      state.value = message.state;
      if (message.state === 'done') isWanted = false;
      return;
    case 'failed':
      failed(message);
      return;
    case 'files':
    case 'sample':
    case 'saved':
    case 'log':
      return;
    default:
      message satisfies never;
  }
}

function started(next: RunInfo): void {
  if (String(next.inputShape) !== String(info.value?.inputShape)) drawing.value = undefined;
  clear();
  failure.value = '';
  info.value = next;
  // The density of a model that was loaded, where that is no aim for the method to reach.
  const {loadedDensity, settings: own} = next;
  const isAim = own.method === 'gmp' || own.method === 'granet';
  if (loadedDensity === undefined || isAim || toHash(own) !== toHash(settings.value)) return;
  settings.value = {...settings.value, density: Number(loadedDensity.toPrecision(3))};
  showAddress();
}

/** What failed leaves a run as it is, except its start. */
function failed({asked, message, state: next}: Extract<FromWorker, {type: 'failed'}>): void {
  failure.value = message;
  if (state.value === 'starting' && asked !== 'start') return;
  state.value = next;
  if (next !== 'running') isWanted = false;
  if (next === 'none') {
    info.value = undefined;
    clear();
  }
}

/** Forgets what was seen of a run. */
function clear(): void {
  step.value = 0;
  points.value = [];
  updates.value = [];
  history.value = [];
  live.value = undefined;
  replayed.value = undefined;
  boundary.value = undefined;
  probabilities.value = undefined;
}
