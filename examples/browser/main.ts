/**
 * Trains a sparse network in the page. To try it, from the root of the repository:
 *
 *     npx esbuild examples/browser/main.ts --bundle --format=esm --outdir=examples/browser --servedir=.
 *
 * and open http://127.0.0.1:8000/examples/browser/.
 */

import * as tf from '@tensorflow/tfjs';
import {inputMap} from './inputMap.ts';
import {lineChart} from './lineChart.ts';
import {byId, ends, TrainForm} from './trainForm.ts';
import {type Progress, type Settings, train} from './training.ts';

/** Longest time without painting, in milliseconds. */
const PAINT_EVERY_MS = 40;
/** Weight of the past in the curve of the loss, which jumps from batch to batch. */
const SMOOTHING = 0.9;

const lossChart = lineChart(byId('loss-chart'), 2.4);
const accuracyChart = lineChart(byId('accuracy-chart'), 1);
const explorationChart = lineChart(byId('exploration-chart'), 1);
const map = inputMap(byId('input-map'));
const form = new TrainForm((data) => run(readSettings(data)));

async function run(settings: Settings): Promise<void> {
  const losses: number[] = [];
  const accuracies: number[] = [];
  const rates: number[] = [];
  const start = performance.now();
  let lastPaint = 0;
  form.status.value = `starting ${settings.backend} …`;
  await tf.nextFrame();
  for await (const progress of train(settings)) {
    const {step, steps, loss, accuracy, explorationRate, connections} = progress;
    losses.push(losses.length === 0 ? loss : SMOOTHING * losses[losses.length - 1] + (1 - SMOOTHING) * loss);
    accuracies.push(accuracy);
    rates.push(explorationRate);
    const isLast = form.isStopped || step === steps;
    if (isLast || performance.now() - lastPaint > PAINT_EVERY_MS) {
      lossChart.draw(losses, steps);
      accuracyChart.draw(accuracies, steps);
      explorationChart.draw(rates, steps);
      map.draw(connections);
      showNumbers(progress, losses, accuracies, rates);
      const milliseconds = (performance.now() - start) / step;
      form.status.value = `${form.stateAt(step, steps)}step ${step} of ${steps}, ${milliseconds.toFixed(0)} ms each`;
      await tf.nextFrame();
      lastPaint = performance.now();
    }
    if (isLast) break;
  }
}

function showNumbers({step, steps, connections}: Progress, ...curves: number[][]): void {
  byId<HTMLProgressElement>('progress').value = step / steps;
  ['loss', 'accuracy', 'exploration'].forEach((id, i) => {
    byId<HTMLOutputElement>(id).value = ends(curves[i]);
  });
  byId<HTMLOutputElement>('connections').value = `0 – ${Math.max(...connections)}`;
}

function readSettings(data: FormData): Settings {
  const read = (name: string) => String(data.get(name));
  return {backend: read('backend'), method: read('method'), density: Number(read('density'))};
}
