/**
 * Trains a wide sparse network in the page. To try it, from the root of the repository:
 *
 *     npx esbuild examples/wide/main.ts --bundle --format=esm --outdir=examples/wide --servedir=.
 *
 * and open http://127.0.0.1:8000/examples/wide/.
 */

import * as tf from '@tensorflow/tfjs';
import {lineChart} from '../browser/lineChart.ts';
import {type Progress, type Settings, train} from './training.ts';

const form = byId<HTMLFormElement>('settings');
const button = form.querySelector('button')!;
const status = byId<HTMLOutputElement>('status');
const charts = {
  loss: lineChart(byId('loss-chart'), 4),
  accuracy: lineChart(byId('accuracy-chart'), 1),
  tried: lineChart(byId('tried-chart'), 4),
};
let isStopped = true;

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  if (!isStopped) {
    isStopped = true;
    return;
  }
  isStopped = false;
  button.textContent = 'Stop';
  try {
    await run(readSettings());
  } catch (error) {
    status.value = (error as Error).message;
  }
  isStopped = true;
  button.textContent = 'Train';
});

async function run(settings: Settings): Promise<void> {
  const curves = {loss: [] as number[], accuracy: [] as number[], tried: [] as number[]};
  status.value = 'making the network …';
  await tf.nextFrame();
  const start = performance.now();
  for await (const progress of train(settings)) {
    const {step, steps, epoch, epochs} = progress;
    curves.loss.push(progress.loss);
    curves.accuracy.push(progress.accuracy);
    curves.tried.push((progress.explorationRate * progress.denseConnections) / progress.connections);
    for (const id of ['loss', 'accuracy', 'tried'] as const) {
      charts[id].draw(curves[id], steps);
      byId<HTMLOutputElement>(id).value = `${curves[id][0].toFixed(2)} → ${curves[id][step - 1].toFixed(2)}`;
    }
    const epochSeconds = ((performance.now() - start) / 1000 / step) * (steps / epochs);
    showNumbers(settings, progress, epochSeconds);
    const state = step === steps ? 'finished: ' : isStopped ? 'stopped: ' : '';
    status.value = `${state}epoch ${epoch} of ${epochs}, step ${step} of ${steps}`;
    await tf.nextFrame();
    if (isStopped) break;
  }
}

function showNumbers({neurons}: Settings, progress: Progress, epochSeconds: number): void {
  const {step, steps, connections, denseConnections, explorationRate, heapBytes} = progress;
  byId<HTMLProgressElement>('progress').value = step / steps;
  byId('neurons').textContent = neurons.toLocaleString('en');
  byId('connections').textContent = connections.toLocaleString('en');
  byId('memory').textContent = `${Math.round(heapBytes / 2 ** 20)} MiB`;
  byId('dense-memory').textContent = `${((4 * denseConnections) / 2 ** 30).toFixed(1)} GiB`;
  byId('exploration').textContent = `${percent(connections / denseConnections)} → ${percent(explorationRate)}`;
  byId('epoch-time').textContent = `${epochSeconds.toFixed(1)} s`;
}

function percent(share: number): string {
  return `${(100 * share).toPrecision(2)} %`;
}

function readSettings(): Settings {
  const data = new FormData(form);
  return {neurons: Number(data.get('neurons')), fanIn: Number(data.get('fanIn'))};
}

function byId<Found extends HTMLElement>(id: string): Found {
  return document.getElementById(id) as Found;
}
