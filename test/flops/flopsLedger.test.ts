import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {allocateConnections} from '../../src/algorithms/allocateConnections.ts';
import {FlopsLedger} from '../../src/flops/flopsLedger.ts';
import {forwardFlops} from '../../src/flops/forwardFlops.ts';
import {riglTrainingFlops, snfsTrainingFlops, staticTrainingFlops} from '../../src/flops/trainingFlops.ts';
import {resnet50} from '../support/resnet50.ts';

const layers = [
  {name: 'conv', shape: [3, 3, 2, 4], nnz: 10, positions: 25},
  {name: 'dense', shape: [100, 10], nnz: 30, positions: 1},
];
// Forward passes of a sample: conv 2 · 10 · 25 of 2 · 72 · 25, dense 2 · 30 of 2 · 1000.
const [CONV, CONV_DENSE, DENSE, DENSE_DENSE] = [500, 3600, 60, 2000];

describe('FlopsLedger', () => {
  it('counts a step as one forward and two backward passes per sample, layer by layer', () => {
    const ledger = new FlopsLedger(layers);
    ledger.step(8);
    expect(ledger.layers).toEqual([
      {
        name: 'conv',
        forward: 8 * CONV,
        backward: 16 * CONV,
        denseGradient: 0,
        total: 24 * CONV,
        dense: 24 * CONV_DENSE,
      },
      {
        name: 'dense',
        forward: 8 * DENSE,
        backward: 16 * DENSE,
        denseGradient: 0,
        total: 24 * DENSE,
        dense: 24 * DENSE_DENSE,
      },
    ]);
    expect(ledger.total).toEqual({
      forward: 8 * 560,
      backward: 16 * 560,
      denseGradient: 0,
      total: 24 * 560,
      dense: 24 * 5600,
    });
  });

  it('counts a step with the gradient at all positions as 2 · f_S + f_D', () => {
    const ledger = new FlopsLedger(layers);
    ledger.step(8, true);
    expect(ledger.total.denseGradient).toBe(8 * (5600 - 560));
    expect(ledger.total.total).toBe(8 * snfsTrainingFlops(560, 5600));
  });

  it('takes new numbers of connections from the next step on', () => {
    const ledger = new FlopsLedger(layers);
    ledger.step(1);
    ledger.update([{name: 'dense', nnz: 1000}]);
    ledger.step(1);
    const [conv, dense] = ledger.layers;
    expect(conv.total).toBe(2 * 3 * CONV);
    expect(dense.total).toBe(3 * DENSE + 3 * DENSE_DENSE);
    expect(dense.dense).toBe(6 * DENSE_DENSE);
  });

  it('continues from what was saved', () => {
    const [whole, half] = [new FlopsLedger(layers), new FlopsLedger(layers)];
    for (const ledger of [whole, half]) ledger.step(3, true);
    const resumed = new FlopsLedger(layers, JSON.parse(JSON.stringify(half)));
    for (const ledger of [whole, resumed]) ledger.step(5);
    expect(resumed.layers).toEqual(whole.layers);
  });

  it('over many updates comes to the shares of the formulas', () => {
    const counts = fc.record({
      nnz: fc.integer({min: 1, max: 1000}),
      updateInterval: fc.integer({min: 1, max: 20}),
      batch: fc.integer({min: 1, max: 512}),
    });
    fc.assert(
      fc.property(counts, ({nnz, updateInterval, batch}) => {
        const [set, rigl] = [0, 1].map(() => new FlopsLedger([{...layers[1], nnz}]));
        const steps = 40 * updateInterval;
        for (let step = 1; step <= steps; step++) {
          set.step(batch);
          rigl.step(batch, step % updateInterval === 0);
        }
        const {sparse, dense} = forwardFlops([{...layers[1], nnz}]);
        expect(set.total.total / (batch * steps)).toBeCloseTo(staticTrainingFlops(sparse), 6);
        // Gradient steps train here, so ΔT steps have one, where RigL has ΔT + 1.
        const expected = updateInterval > 1 ? riglTrainingFlops(sparse, dense, updateInterval - 1) : 2 * sparse + dense;
        expect(rigl.total.total / (batch * steps)).toBeCloseTo(expected, 6);
      }),
    );
  });

  it('refuses what is out of range', () => {
    const ledger = new FlopsLedger(layers);
    expect(() => ledger.step(0)).toThrow('FlopsLedger: samples must be a positive integer, received 0.');
    expect(() => ledger.update([{name: 'dens', nnz: 1}])).toThrow(
      'FlopsLedger: name must be that of a layer, received "dens". The layers are conv, dense.',
    );
    expect(() => ledger.update([{name: 'dense', nnz: 1001}])).toThrow(
      'FlopsLedger: nnz must be an integer in [0, 1000]',
    );
    expect(() => new FlopsLedger([layers[0]], ledger.toJSON())).toThrow(
      'FlopsLedger: saved must be of the layers conv, received conv, dense.',
    );
  });
});

describe('ResNet-50 on ImageNet', () => {
  const network = resnet50();
  const ledgerWith = (nnz: (size: number, layer: number) => number) =>
    new FlopsLedger(
      network.map((layer, i) => ({
        ...layer,
        nnz: nnz(
          layer.shape.reduce((a, b) => a * b),
          i,
        ),
      })),
    );

  it('costs the published 3.2e18 operations to train, 100 epochs or 32,000 batches of 4096', () => {
    const ledger = ledgerWith((size) => size);
    const images = 1_281_167;
    for (let epoch = 0; epoch < 100; epoch++) ledger.step(images);
    expect(ledger.total.total / 1e18).toBeCloseTo(3.14, 2);
    const published = ledgerWith((size) => size);
    for (let thousand = 0; thousand < 32; thousand++) published.step(4096 * 1000);
    expect((published.total.total / 1e18).toFixed(1)).toBe('3.2');
    expect(published.total.total).toBe(published.total.dense);
  });

  it.each([
    [0.2, 0.42],
    [0.1, 0.25],
  ])('with RigL and ERK at density %s costs the published share of %s', (density, published) => {
    const nnz = allocateConnections(network, density, {distribution: 'erdosRenyiKernel'});
    const ledger = ledgerWith((_, i) => nnz[i]);
    for (let step = 1; step <= 1000; step++) ledger.step(4096, step % 100 === 0);
    const {total, dense} = ledger.total;
    expect(Math.abs(total / dense - published)).toBeLessThan(0.01);
  });
});
