/** The worker: holds one run, trains while it is told to, and reports. */
import type {FromWorker, ModelFiles, RunState, Settings, ToWorker} from '../protocol.ts';
import {useBackend} from './backend.ts';
import {loadModel, saveModel} from './modelFiles.ts';
import {planeMap} from './planeMap.ts';
import {readFiles} from './readFiles.ts';
import {checkModel, Session} from './session.ts';
import {builtInTask, fileTask, type Task} from './tasks.ts';

/** Points of a curve in a whole run. */
const POINTS = 200;
/** Milliseconds between two pictures. */
const PICTURE_EVERY = 80;
/** Milliseconds after which the step is sent by itself. */
const STEP_EVERY = 250;

let session: Session | undefined;
let fromFiles: Task | undefined;
/** What trains by itself; a new one for each time that it is told to. */
let running: object | undefined;
let drawn: Float32Array | undefined;
let lastPicture = 0;
let lastStep = 0;
/** Messages are answered one after the other. */
let turn: Promise<void> = Promise.resolve();

addEventListener('message', ({data}: MessageEvent<ToWorker>) => {
  if (data.type === 'pause' || data.type === 'start') running = undefined;
  inTurn(data.type, () => answer(data));
});

async function answer(message: ToWorker): Promise<void> {
  switch (message.type) {
    case 'start':
      session?.dispose();
      session = undefined;
      return start(message.settings, taskOf(message.settings));
    case 'load':
      return load(message.settings, message.model);
    case 'run':
      return run('done');
    case 'pause':
      return report('paused');
    case 'step':
      return message.until === 'update' ? run('update') : makeStep();
    case 'files': {
      const {train, test} = await readFiles(message.files);
      fromFiles = fileTask(train, test);
      return send({
        type: 'files',
        text: `${train.count} images of ${train.sampleShape.join(' × ')}, ${train.classes} classes`,
      });
    }
    case 'classify':
      drawn = message.pixels && Float32Array.from(message.pixels, (byte) => byte / 255);
      return classify();
    case 'sample': {
      const {train, test} = current().task;
      const size = train.inputs.length / train.count;
      const at = size * Math.floor(Math.random() * test.count);
      return send({type: 'sample', pixels: test.inputs.slice(at, at + size)});
    }
    case 'save':
      return send({type: 'saved', model: await saveModel(current().sparse.model)});
    case 'log':
      return send({type: 'log', logs: await current().logs()});
    default:
      message satisfies never;
  }
}

async function start(settings: Settings, task: Task, loaded?: Parameters<typeof Session.create>[2]): Promise<void> {
  const runsOn = await useBackend(settings.backend);
  session = Session.create(settings, task, loaded);
  await session.measure();
  send({type: 'started', info: session.info(runsOn)});
  await report('paused');
}

/** Begins a run from a model; one that does not fit leaves the run before as it was. */
async function load(settings: Settings, files: ModelFiles): Promise<void> {
  const task = taskOf(settings);
  const loaded = await loadModel(files);
  try {
    checkModel(loaded, task);
  } catch (error) {
    loaded.dispose();
    throw error;
  }
  running = undefined;
  session?.dispose();
  session = undefined;
  await start(settings, task, loaded);
}

/** @throws Error if there is none */
function current(): Session {
  if (session) return session;
  throw new Error('playground: there must be a run first, received none. Choose other settings to begin one.');
}

/** @throws Error if there are no files yet */
function taskOf({data}: Settings): Task {
  if (data !== 'files') return builtInTask(data);
  if (fromFiles) return fromFiles;
  throw new Error('data: files must be dropped on the page first, received none. Drop those of MNIST or CIFAR-10.');
}

/** Trains to the end, or to the next update. */
async function run(until: 'done' | 'update'): Promise<void> {
  const own = session;
  if (!own || own.isDone) return;
  const mine = {};
  running = mine;
  send({type: 'state', state: 'running'});
  const loop = async () => {
    await breathe();
    if (running !== mine || session !== own) return;
    const hasUpdated = await step(own);
    if (own.isDone) await report('done');
    else if (hasUpdated && until === 'update') await report('paused');
    else inTurn('run', loop);
  };
  inTurn('run', loop);
}

/** Does something after all that was asked for before. What fails says so; only what trains is stopped by it. */
function inTurn(asked: ToWorker['type'], task: () => Promise<void>): void {
  turn = turn.then(task).catch((error: Error) => {
    if (asked === 'run' || asked === 'step' || !session) running = undefined;
    const state = !session ? 'none' : running ? 'running' : session.isDone ? 'done' : 'paused';
    send({type: 'failed', asked, message: error.message, state});
  });
}

async function makeStep(): Promise<void> {
  running = undefined;
  if (session && !session.isDone) await step(session);
  await report(session?.isDone ? 'done' : 'paused');
}

/** One step, and what is to be seen of it. @returns whether connections changed */
async function step(own: Session): Promise<boolean> {
  const update = await own.train();
  const every = Math.max(1, Math.round(own.settings.steps / POINTS));
  if (own.step % every === 0) {
    await own.measure();
    send({type: 'progress', progress: own.progress()});
  } else if (performance.now() - lastStep > STEP_EVERY) {
    lastStep = performance.now();
    send({type: 'at', step: own.step});
  }
  const isDue = performance.now() - lastPicture > PICTURE_EVERY;
  if (update) send({type: 'frame', frame: await own.frame(), update});
  if (isDue) {
    lastPicture = performance.now();
    await pictures(own, !update);
  }
  return update !== undefined;
}

/** Everything there is to see, and the state. */
async function report(state: Exclude<RunState, 'running'>): Promise<void> {
  running = undefined;
  if (!session) return;
  await session.measure();
  send({type: 'progress', progress: session.progress()});
  await pictures(session, true);
  send({type: 'state', state});
}

/** What changes with every step: the map of the plane, the weights of a network that is drawn, the digit drawn by hand. */
async function pictures(own: Session, withFrame: boolean): Promise<void> {
  const isPlane = own.task.train.sampleShape[0] === 1;
  if (isPlane) send({type: 'boundary', boundary: await planeMap(own)});
  if (withFrame) send({type: 'frame', frame: await own.frame()});
  await classify();
}

async function classify(): Promise<void> {
  if (drawn && session && session.task.train.inputs.length / session.task.train.count === drawn.length) {
    send({type: 'classified', probabilities: await session.predict(drawn, 1)});
  }
}

/** Lets messages come in. */
function breathe(): Promise<void> {
  return new Promise((resolve) => {
    const {port1, port2} = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}

function send(message: FromWorker): void {
  postMessage(message);
}
