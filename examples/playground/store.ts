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
  Settings,
  ToWorker,
  Update,
} from './protocol.ts';
import {fromHash, toHash} from './settings.ts';

/** Frames that the replay goes back, at most. */
const REMEMBERED = 60;

export const settings = signal<Settings>(fromHash(location.hash));
export const info = signal<RunInfo>();
export const state = signal<'starting' | 'running' | 'paused' | 'done'>('starting');
export const failure = signal('');
export const points = signal<readonly Progress[]>([]);
export const updates = signal<readonly Update[]>([]);
/** The network after each of the last updates. */
export const history = signal<readonly Frame[]>([]);
const live = signal<Frame>();
/** Which of the history is shown; undefined for the present. */
export const replayed = signal<number>();
export const boundary = signal<Boundary>();
export const probabilities = signal<Pair<Float32Array>>();
/** `[height · width]`: the image on the pad. */
export const drawing = signal<Uint8Array>();
export const droppedFiles = signal('');

export const latest = computed(() => points.value.at(-1));
/** The network that is shown. */
export const shown = computed(() =>
  replayed.value === undefined ? live.value : (history.value[replayed.value] ?? live.value),
);
export const isPlane = computed(() => info.value?.inputShape.length === 1);

const worker = new Worker(new URL('./worker/main.ts', import.meta.url), {type: 'module'});
/** What came since the last frame of the screen. */
let arrived: FromWorker[] = [];
/** Whether the run is to go on: what the visitor asked for last, which the worker has perhaps not answered yet. */
let isWanted = false;
const waiting: {type: FromWorker['type']; resolve(message: FromWorker): void}[] = [];

export function tell(message: ToWorker): void {
  if (message.type === 'run') isWanted = true;
  if (message.type === 'start' || message.type === 'pause' || message.type === 'step') isWanted = false;
  worker.postMessage(message);
}

/** Sends a message, and resolves with the next answer of a type. */
export function ask<Type extends FromWorker['type']>(
  message: ToWorker,
  type: Type,
): Promise<Extract<FromWorker, {type: Type}>> {
  return new Promise((resolve) => {
    waiting.push({type, resolve: resolve as (message: FromWorker) => void});
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
    if (toHash(settings.value) !== location.hash.slice(1)) change(fromHash(location.hash));
  });
  effect(() => tell({type: 'classify', ...(drawing.value ? {pixels: drawing.value} : {})}));
  restart();
}

/** Takes other settings: a new run, which goes on if the one before was to. */
export function change(next: Settings): void {
  const wasWanted = isWanted;
  settings.value = next;
  globalThis.history.replaceState(null, '', `#${toHash(next)}`);
  restart();
  if (wasWanted) tell({type: 'run'});
}

/** A fresh run, or one from a model that was saved. */
export function restart(model?: ModelFiles): void {
  state.value = 'starting';
  failure.value = '';
  tell({type: 'start', settings: settings.value, ...(model ? {model} : {})});
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
  const index = waiting.findIndex(({type}) => type === message.type);
  if (index >= 0) waiting.splice(index, 1)[0].resolve(message);
  switch (message.type) {
    case 'started':
      started(message.info);
      return;
    case 'progress':
      points.value = [...points.value, message.progress];
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
    case 'files':
      droppedFiles.value = message.text;
      return;
    case 'failed':
      failure.value = message.message;
      state.value = 'paused';
      isWanted = false;
      return;
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
  info.value = next;
  points.value = [];
  updates.value = [];
  history.value = [];
  replayed.value = undefined;
  boundary.value = undefined;
  probabilities.value = undefined;
}
