import {overExploration} from './charts.ts';
import {
  byDensity,
  compareMethods,
  compareStarts,
  gap,
  gapOverDensity,
  groupBy,
  of,
  overBatch,
  overEpochs,
  overLearningRate,
  sideBySide,
} from './comparisons.ts';
import type {Chart} from './drawChart.ts';
import {METHOD_NAMES} from './resultTable.ts';
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
  // Tables say it all.
  official: () => ({}),
  'fig5-mlp-200': () => ({}),
  'table1-resnet': (all) => ({
    'table1-resnet': overExploration(
      'ResNet-18 on CIFAR-10, density 0.05, ΔT = 300, 20 epochs',
      {SET: all},
      ({dropFraction}) => `P = ${dropFraction}`,
    ),
  }),
  'fig3-mlp-2': (all) => ({'fig3-mlp-2': overExploration('MLP on CIFAR-10, density 0.02', {SET: all})}),
  'fig3-mlp-5': (all) => ({'fig3-mlp-5': overExploration('MLP on CIFAR-10, density 0.05', {SET: all})}),
  'fig3-mlp-10': (all) => ({'fig3-mlp-10': overExploration('MLP on CIFAR-10, density 0.1', {SET: all})}),
  'fig3-mlp-20': (all) => ({'fig3-mlp-20': overExploration('MLP on CIFAR-10, density 0.2', {SET: all})}),
  'fig3-mlp-200': (all) => compareMethods('fig3-mlp-200', 'MLP on CIFAR-10, density 0.02, 200 epochs', all),
  'fig3-cnn': (all) => ({'fig3-cnn': overExploration('LeNet-5 on CIFAR-10, density 0.05', {SET: all})}),
  'fig3-vgg': (all) => ({
    'fig3-vgg': overExploration(
      'VGG-16 on CIFAR-10, 20 epochs',
      groupBy(all, ({method, density}) => `${METHOD_NAMES[method]}, density ${density}`),
    ),
  }),
  'fig3-lenet': (all) => compareMethods('fig3-lenet', 'LeNet-300-100 on MNIST, density 0.02', all),
  'fig4-mlp': (all) => ({'fig4-mlp': longer('MLP on CIFAR-10', all)}),
  'fig4-extended': (all) => ({
    'fig4-extended': overEpochs(
      'MLP on CIFAR-10, extended training',
      groupBy(all, ({method, density, exploreEpochs, epochs}) => {
        const stops = exploreEpochs < epochs ? `, ${exploreEpochs} epochs of exploration` : '';
        return `${METHOD_NAMES[method]}, density ${density}${stops}`;
      }),
    ),
  }),
  'fig4-lenet': (all) => ({'fig4-lenet': longer('LeNet-300-100 on MNIST', all)}),
  'fig5-mlp': (all) => compareMethods('fig5-mlp', 'MLP on CIFAR-10, density 0.02', all),
  'dense-mlp-12': (all) => ({'dense-mlp-12': againstDense(12, all)}),
  'dense-mlp-48': (all) => ({'dense-mlp-48': againstDense(48, all)}),
  'dense-mlp-200': (all) => ({'dense-mlp-200': againstDense(200, all)}),
  'fig6-mlp': (all) => ({'fig6-mlp': smaller('MLP on CIFAR-10', all)}),
  'fig6-mlp-200': (all) => ({
    'fig6-mlp-200': overBatch('MLP on CIFAR-10, SET at ΔT = 1500, 200 epochs', byDensity(all)),
  }),
  'fig6-lenet': (all) => ({'fig6-lenet': smaller('LeNet-300-100 on MNIST', all)}),
  'fig7-mlp': (all) => ({'fig7-mlp': compareStarts('MLP on CIFAR-10, density 0.02, ΔT = 100', all)}),
  'fig7-mlp-200': (all) => ({
    'fig7-mlp-200': compareStarts('MLP on CIFAR-10, ΔT = 1500, 200 epochs', all),
  }),
  'fig7-lenet': (all) => ({'fig7-lenet': compareStarts('LeNet-300-100 on MNIST, density 0.02, ΔT = 100', all)}),
  'fig7-cnn': (all) => ({'fig7-cnn': compareStarts('LeNet-5 on CIFAR-10, density 0.05, ΔT = 100', all)}),
  'fig8-mlp': (all) => ({'fig8-mlp': gap('MLP on CIFAR-10', all)}),
  'fig8-mlp-200': (all) => ({
    'fig8-mlp-200': gapOverDensity(
      'MLP on CIFAR-10, 200 epochs',
      groupBy(all, ({method}) => METHOD_NAMES[method]),
    ),
  }),
  'fig8-lenet': (all) => ({'fig8-lenet': gap('LeNet-300-100 on MNIST', all)}),
  'initialization-mlp': (all) => ({'initialization-mlp': compareInitialization('MLP on CIFAR-10, 12 epochs', all)}),
  'appendix-f': (all) => ({
    'appendix-f': overExploration('MLP on CIFAR-10, density 0.02', {
      'random growth': of(all, 'set'),
      'unexplored first': of(all, 'unexplored'),
    }),
  }),
};

function longer(title: string, all: readonly Summary[]): Chart {
  return overEpochs(`${title}, density 0.02, ΔT = 100, longer training`, {
    'explores to the end': all.filter(({settings}) => settings.exploreEpochs === settings.epochs),
    'explores for 12 epochs': all.filter(({settings}) => settings.exploreEpochs === 12),
  });
}

function smaller(title: string, all: readonly Summary[]): Chart {
  return overBatch(`${title}, density 0.02, ΔT = 100`, {SET: of(all, 'set'), static: of(all, 'static')});
}

function againstDense(epochs: number, all: readonly Summary[]): Chart {
  return overLearningRate(
    `MLP on CIFAR-10, ${epochs} epochs`,
    groupBy(
      all,
      (settings) => `${METHOD_NAMES[settings.method]}${settings.epochs > epochs ? `, ${settings.epochs} epochs` : ''}`,
    ),
  );
}

function compareInitialization(title: string, all: readonly Summary[]): Chart {
  const names = {he: 'He’s initial weights', pytorch: 'PyTorch’s'};
  const groups = groupBy(all, ({initialization}) => names[initialization]);
  return sideBySide(title, 'network and density', groups, ({method, density}) =>
    method === 'dense' ? 'dense' : `${METHOD_NAMES[method]} ${density}`,
  );
}
