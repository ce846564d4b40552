import type {RunSettings} from '../settings.ts';
import {explorationOverInterval, levels, overExploration, overInterval, series, TEST_ACCURACY} from './charts.ts';
import type {Chart} from './drawChart.ts';
import type {Summary} from './summary.ts';

/** The charts of each experiment, by the names of their files. */
export const figures: Readonly<Record<string, (summaries: readonly Summary[]) => Readonly<Record<string, Chart>>>> = {
  'table1-lenet': (all) => ({
    'table1-lenet': overExploration(
      'LeNet-300-100 on MNIST, density 0.05, five ΔT for each P',
      Object.fromEntries(
        [0.9, 0.7, 0.5, 0.3, 0.1].map((p) => [`P = ${p}`, all.filter(({settings}) => settings.dropFraction === p)]),
      ),
      () => undefined,
    ),
  }),
  'fig3-mlp-2': (all) => ({'fig3-mlp-2': overExploration('MLP on CIFAR-10, density 0.02', {SET: all})}),
  'fig3-mlp-5': (all) => ({'fig3-mlp-5': overExploration('MLP on CIFAR-10, density 0.05', {SET: all})}),
  'fig3-mlp-10': (all) => ({'fig3-mlp-10': overExploration('MLP on CIFAR-10, density 0.1', {SET: all})}),
  'fig3-mlp-20': (all) => ({'fig3-mlp-20': overExploration('MLP on CIFAR-10, density 0.2', {SET: all})}),
  'fig3-mlp-200': (all) => compareMethods('fig3-mlp-200', 'MLP on CIFAR-10, density 0.02, 200 epochs', all),
  'fig3-cnn': (all) => ({'fig3-cnn': overExploration('LeNet-5 on CIFAR-10, density 0.05', {SET: all})}),
  'fig3-lenet': (all) => compareMethods('fig3-lenet', 'LeNet-300-100 on MNIST, density 0.02', all),
  'fig4-mlp': (all) => longer('fig4-mlp', 'MLP on CIFAR-10', all),
  'fig4-lenet': (all) => longer('fig4-lenet', 'LeNet-300-100 on MNIST', all),
  'fig5-mlp': (all) => compareMethods('fig5-mlp', 'MLP on CIFAR-10, density 0.02', all),
  'fig6-mlp': (all) => overBatch('fig6-mlp', 'MLP on CIFAR-10', all),
  'fig6-lenet': (all) => overBatch('fig6-lenet', 'LeNet-300-100 on MNIST', all),
  'fig7-mlp': (all) => ({'fig7-mlp': compareStarts('MLP on CIFAR-10, density 0.02, ΔT = 100', all)}),
  'fig7-lenet': (all) => ({'fig7-lenet': compareStarts('LeNet-300-100 on MNIST, density 0.02, ΔT = 100', all)}),
  'fig7-cnn': (all) => ({'fig7-cnn': compareStarts('LeNet-5 on CIFAR-10, density 0.05, ΔT = 100', all)}),
  'fig8-mlp': (all) => gap('fig8-mlp', 'MLP on CIFAR-10', all),
  'fig8-lenet': (all) => gap('fig8-lenet', 'LeNet-300-100 on MNIST', all),
  'initialization-mlp': (all) => ({'initialization-mlp': compareInitialization('MLP on CIFAR-10, 12 epochs', all)}),
  'appendix-f': (all) => ({
    'appendix-f': overExploration('MLP on CIFAR-10, density 0.02', {
      'random growth': of(all, 'set'),
      'unexplored first': of(all, 'unexplored'),
    }),
  }),
};

function compareMethods(name: string, title: string, all: readonly Summary[]): Record<string, Chart> {
  const groups = {SET: of(all, 'set'), RigL: of(all, 'rigl')};
  return {
    [name]: overInterval(title, groups, of(all, 'static')),
    [`${name}-exploration`]: explorationOverInterval(title, groups),
  };
}

function longer(name: string, title: string, all: readonly Summary[]): Record<string, Chart> {
  const epochs = [...new Set(all.map(({settings}) => settings.epochs))];
  const groups = {
    'explores to the end': all.filter(({settings}) => settings.exploreEpochs === settings.epochs),
    'explores for 12 epochs': all.filter(({settings}) => settings.exploreEpochs === 12),
  };
  return {
    [name]: {
      title: `${title}, density 0.02, ΔT = 100, longer training`,
      x: {label: 'epochs', type: 'log', ticks: epochs, tickFormat: 'd'},
      y: TEST_ACCURACY,
      series: series(groups, ({settings}) => settings.epochs, rate),
    },
  };
}

function overBatch(name: string, title: string, all: readonly Summary[]): Record<string, Chart> {
  const sizes = [...new Set(all.map(({settings}) => settings.batchSize))].sort((a, b) => a - b);
  return {
    [name]: {
      title: `${title}, density 0.02, ΔT = 100`,
      x: {label: 'batch size', type: 'log', ticks: sizes, tickFormat: 'd'},
      y: TEST_ACCURACY,
      series: series({SET: of(all, 'set'), static: of(all, 'static')}, ({settings}) => settings.batchSize, rate),
    },
  };
}

function gap(name: string, title: string, all: readonly Summary[]): Record<string, Chart> {
  const densities = [...new Set(all.map(({settings}) => settings.density))];
  const groups = Object.fromEntries(
    densities.map((density) => [
      density === 1 ? 'dense' : `density ${density}`,
      all.filter(({settings}) => settings.density === density),
    ]),
  );
  return {
    [name]: {
      title: `${title}, accuracy on training images minus accuracy on test images`,
      x: {label: 'R_s, share of the connections ever active'},
      y: {label: 'gap (points)', zero: true},
      series: series(
        groups,
        ({explorationRate}) => explorationRate.mean,
        ({updateInterval, method}) => (updateInterval > 0 ? String(updateInterval) : method),
        ({trainAccuracy, testAccuracy}) => ({mean: trainAccuracy.mean - testAccuracy.mean, deviation: 0}),
      ),
    },
  };
}

function compareStarts(title: string, all: readonly Summary[]): Chart {
  const names = {random: 'ERK', snip: 'SNIP', lottery: 'lottery ticket'};
  const groups = {'as it is': of(all, 'static'), 'with ITOP': of(all, 'set')};
  return {...sideBySide(title, 'first topology', groups, ({start}) => names[start]), levels: levels(of(all, 'dense'))};
}

function compareInitialization(title: string, all: readonly Summary[]): Chart {
  const by = (initialization: RunSettings['initialization']) =>
    all.filter(({settings}) => settings.initialization === initialization);
  const groups = {'He’s initial weights': by('he'), 'PyTorch’s': by('pytorch')};
  return sideBySide(title, 'network and density', groups, ({method, density}) =>
    method === 'dense' ? 'dense' : `${method === 'set' ? 'SET' : method} ${density}`,
  );
}

/** Accuracy of what has a name and no number, in the order in which it comes, a symbol for each group. */
function sideBySide(
  title: string,
  label: string,
  groups: Readonly<Record<string, readonly Summary[]>>,
  place: (settings: RunSettings) => string,
): Chart {
  return {
    title,
    x: {
      label,
      type: 'point',
      domain: [
        ...new Set(
          Object.values(groups)
            .flat()
            .map(({settings}) => place(settings)),
        ),
      ],
    },
    y: TEST_ACCURACY,
    series: series(groups, ({settings}) => place(settings)).map((one) => ({...one, isLine: false})),
  };
}

function of(all: readonly Summary[], method: RunSettings['method']): Summary[] {
  return all.filter(({settings}) => settings.method === method);
}

function rate(_: RunSettings, {explorationRate}: Summary): string {
  return `R_s ${explorationRate.mean.toFixed(2)}`;
}
