import * as tf from '@tensorflow/tfjs';
import {SETScheduler} from 'itop';
import {progressBar} from 'itop/node';
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import {smallModel, someData} from '../support/training.ts';

beforeEach(async () => {
  await tf.setBackend('cpu');
});
afterEach(() => {
  vi.restoreAllMocks();
});

function fakeStream(isTTY: boolean, columns?: number) {
  const written: string[] = [];
  return {isTTY, columns, written, write: (text: string) => void written.push(text)};
}

/** A clock that goes on by so many milliseconds whenever it is looked at. */
function fakeClock(milliseconds: number): void {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => {
    now += milliseconds;
    return now;
  });
}

describe('progressBar', () => {
  it('writes one line for each epoch where there is no terminal, and none that guesses the time left', async () => {
    const stream = fakeStream(false);
    const model = smallModel();
    const {x, y} = someData();
    const scheduler = new SETScheduler(model, {updateInterval: 2, dropFraction: 0.3, seed: 1});
    const callbacks = [scheduler.callback(), progressBar({title: 'SET', stream})];
    const {history} = await model.fit(x, y, {epochs: 3, batchSize: 8, verbose: 0, callbacks});
    expect(stream.written).toEqual(
      history.loss.map((loss, epoch) => `SET  epoch ${epoch + 1} of 3, loss ${(loss as number).toFixed(4)}\n`),
    );
  });

  it('tells the time left once it is known, from the steps so far', async () => {
    const stream = fakeStream(false);
    const bar = progressBar({stream});
    bar.setParams({epochs: 4, initialEpoch: 1, samples: 50, batchSize: 25} as never);
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    await bar.onTrainBegin();
    for (let epoch = 1; epoch < 4; epoch++) {
      await bar.onEpochBegin(epoch);
      for (let batch = 0; batch < 2; batch++) {
        now += 60_000;
        await bar.onBatchEnd(batch, {loss: 1});
      }
      await bar.onEpochEnd(epoch, {loss: 0.5, val_acc: 0.75});
    }
    // Two of six steps took two minutes, so four take four.
    expect(stream.written).toEqual([
      'epoch 2 of 4, loss 0.5000, val_acc 0.7500, 4 min left\n',
      'epoch 3 of 4, loss 0.5000, val_acc 0.7500, 2 min left\n',
      'epoch 4 of 4, loss 0.5000, val_acc 0.7500\n',
    ]);
  });

  it('draws a bar over itself in a terminal, which fits its width', async () => {
    fakeClock(60);
    const stream = fakeStream(true, 50);
    const model = smallModel();
    const {x, y} = someData();
    await model.fit(x, y, {epochs: 2, batchSize: 8, verbose: 0, callbacks: [progressBar({stream})]});
    expect(stream.written.at(-1)).toBe('\n');
    const drawn = stream.written.slice(0, -1);
    for (const line of drawn) {
      expect(line.startsWith('\r')).toBe(true);
      expect(line.slice(1).replace('\x1b[K', '').length).toBeLessThan(50);
    }
    expect(drawn[0]).not.toContain('left');
    expect(drawn.at(-1)).toMatch(/█{24} 100 % {2}epoch 2 of 2/);
  });

  it('cuts no number: leaves out what has no room', async () => {
    fakeClock(60);
    const stream = fakeStream(true, 60);
    const bar = progressBar({stream});
    bar.setParams({epochs: 1, steps: 1});
    await bar.onTrainBegin();
    await bar.onEpochEnd(0, {a_long_metric: 0.9415, acc: 0.5});
    expect(stream.written).toEqual([`\r${'░'.repeat(24)}   0 %  epoch 1 of 1  acc 0.5000\x1b[K`]);
  });

  it('refuses a stream that is none, and a loop that does not say how long it is', async () => {
    expect(() => progressBar({stream: 5 as never})).toThrow(
      'progressBar: stream.write must be a function, received undefined.',
    );
    await expect(progressBar().onTrainBegin()).rejects.toThrow(
      'progressBar: params must be an object, received undefined. In a custom loop call setParams({epochs, steps}) first',
    );
  });

  it('shows no bar where nobody knows how many steps there are', async () => {
    fakeClock(60);
    const stream = fakeStream(true);
    const model = smallModel();
    const {x, y} = someData();
    const data = tf.data.zip({xs: tf.data.array(await x.array()), ys: tf.data.array(await y.array())} as never);
    const endless = data.filter(() => true).batch(16) as tf.data.Dataset<never>;
    await model.fitDataset(endless, {epochs: 1, verbose: 0, callbacks: [progressBar({stream})]});
    expect(stream.written[0]).toMatch(/^\repoch 1 of 1 {2}loss \d\.\d{4}/);
  });

  it('stays full where a loop goes on for longer than it said', async () => {
    fakeClock(60);
    const stream = fakeStream(true);
    const bar = progressBar({stream});
    bar.setParams({epochs: 1, steps: 2});
    await bar.onTrainBegin();
    for (let step = 0; step < 5; step++) await bar.onBatchEnd(step);
    expect(stream.written.at(-1)).toMatch(/█{24} 100 % {2}epoch 1 of 1/);
  });

  it('leaves no tensor behind', async () => {
    const model = smallModel();
    const {x, y} = someData();
    const train = (...callbacks: tf.Callback[]) => model.fit(x, y, {epochs: 1, verbose: 0, callbacks});
    await train(new tf.CustomCallback({onEpochEnd: () => {}}) as never);
    const before = tf.memory().numTensors;
    await train(progressBar({stream: fakeStream(true)}));
    expect(tf.memory().numTensors).toBe(before);
  });
});
