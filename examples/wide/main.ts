/**
 * Trains a wide sparse network in the page. To try it, from the root of the repository:
 *
 *     npx esbuild examples/wide/main.ts --bundle --format=esm --outdir=examples/wide --servedir=.
 *
 * and open http://127.0.0.1:8000/examples/wide/.
 */

import * as tf from '@tensorflow/tfjs';
import {lineChart} from '../browser/lineChart.ts';
import {byId, ends, TrainForm} from '../browser/trainForm.ts';
import {type Progress, type Settings, train} from './training.ts';

const charts = {
  loss: lineChart(byId('loss-chart'), 4),
  accuracy: lineChart(byId('accuracy-chart'), 1),
  tried: lineChart(byId('tried-chart'), 4),
};
const form = new TrainForm((data) => run(readSettings(data)));

async function run(settings: Settings): Promise<void> {
  const curves = {loss: [] as number[], accuracy: [] as number[], tried: [] as number[]};
  form.status.value = 'making the network …';
  await tf.nextFrame();
  const start = performance.now();
  for await (const progress of train(settings)) {
    const {step, steps, epoch, epochs} = progress;
    curves.loss.push(progress.loss);
    curves.accuracy.push(progress.accuracy);
    curves.tried.push((progress.explorationRate * progress.denseConnections) / progress.connections);
    for (const id of ['loss', 'accuracy', 'tried'] as const) {
      charts[id].draw(curves[id], steps);
      byId<HTMLOutputElement>(id).value = ends(curves[id]);
    }
    const epochSeconds = ((performance.now() - start) / 1000 / step) * (steps / epochs);
    showNumbers(settings, progress, epochSeconds);
    form.status.value = `${form.stateAt(step, steps)}epoch ${epoch} of ${epochs}, step ${step} of ${steps}`;
    await tf.nextFrame();
    if (form.isStopped) break;
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

function readSettings(data: FormData): Settings {
  return {neurons: Number(data.get('neurons')), fanIn: Number(data.get('fanIn'))};
}
