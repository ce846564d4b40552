import {METHODS} from '../../../examples/quickstart/methods.ts';
import {parseOptions} from '../../../examples/quickstart/options.ts';
import type {MethodResult, QuickstartResults} from '../../../examples/quickstart/results.ts';

const EPOCHS = 10;
const STEPS_PER_EPOCH = 600;
const UPDATE_INTERVAL = 300;

/** Made-up results of a run with all four methods, shaped like real ones. */
export const sampleResults: QuickstartResults = {
  source: 'MNIST',
  trainSamples: 60000,
  testSamples: 10000,
  settings: parseOptions([]),
  machine: {backend: 'wasm', cpu: 'Some CPU @ 2.50GHz', cores: 2, node: 'v20.0.0'},
  date: '2025-01-31T12:00:00.000Z',
  methods: METHODS.map((method, index): MethodResult => {
    const sparse = method !== 'dense';
    const rateAt = (step: number) => {
      const updates = method === 'static' ? 0 : Math.floor(step / UPDATE_INTERVAL);
      return 1 - 0.95 * (method === 'rigl' ? 0.986 : 0.974) ** updates;
    };
    const testAccuracy = (epoch: number) =>
      0.985 - 0.003 * [0, 3, 1, 0.5][index] - 0.04 * Math.exp(-epoch / (2 + index / 3));
    return {
      method,
      epochs: Array.from({length: EPOCHS}, (_, i) => ({
        epoch: i + 1,
        trainLoss: 0.4 * Math.exp(-i / 3),
        testAccuracy: testAccuracy(i + 1),
        explorationRate: sparse ? rateAt((i + 1) * STEPS_PER_EPOCH) : null,
      })),
      testAccuracy: testAccuracy(EPOCHS),
      explorationRate: sparse ? rateAt(EPOCHS * STEPS_PER_EPOCH) : null,
      parameters: sparse ? 13720 : 266610,
      denseParameters: 266610,
      trainingFlopsShare: [1, 0.05, 0.05, 0.0521][index],
      msPerStep: [3.91, 1.08, 1.12, 1.2][index],
      steps: EPOCHS * STEPS_PER_EPOCH,
      bytes: sparse ? 106_000 : 1_066_440,
      inputConnections: Array.from({length: 784}, (_, i) => {
        const distance = Math.hypot((i % 28) - 13.5, Math.floor(i / 28) - 13.5);
        const wave = 3 * Math.sin(i * 1.7) + 3 * Math.cos(i * 0.37);
        if (method === 'dense') return 300;
        return Math.max(
          0,
          Math.round(method === 'static' ? 14 + wave : 34 * Math.exp(-((distance / 9) ** 2)) + wave / 2),
        );
      }),
      updates: sparse
        ? Array.from({length: method === 'static' ? 1 : (EPOCHS * STEPS_PER_EPOCH) / UPDATE_INTERVAL}, (_, i) => ({
            step: i * UPDATE_INTERVAL,
            rate: rateAt(i * UPDATE_INTERVAL),
          }))
        : [],
    };
  }),
};
