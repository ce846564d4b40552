import {parseHTML} from 'linkedom';
import {describe, expect, it} from 'vitest';
import {parseRunLog} from '../../src/log/parseRunLog.ts';
import {lineChart} from '../../src/report/charts.ts';
import {renderReport} from '../../src/report/renderReport.ts';
import {shownRuns} from '../../src/report/runSeries.ts';
import {version} from '../../src/version.ts';
import {unbalancedTags} from '../support/html.ts';
import {sampleLayers, sampleLog, sampleRun} from './sampleRuns.ts';

const dense = sampleRun({name: 'Dense', layers: sampleLayers(false), settings: {density: 1, seed: 7}});
const set = sampleRun({name: 'SET', imageShape: [2, 3], settings: {density: 0.3, seed: 7}});
const rigl = sampleRun({name: 'RigL', imageShape: [2, 3], settings: {density: 0.3, seed: 7}});
const report = renderReport([dense, set, rigl], {title: 'Three runs'});

/** What a page shows, for tests. */
function page(html: string) {
  const {document} = parseHTML(html);
  const texts = (selector: string) => Array.from(document.querySelectorAll(selector), ({textContent}) => textContent);
  const figures = Array.from(document.querySelectorAll('figure'));
  return {
    texts,
    images: Array.from(document.querySelectorAll('.image')),
    captions: texts('figcaption'),
    /** The chart with this caption. */
    chart: (caption: string) => {
      const chart = figures.find((figure) => figure.querySelector('figcaption')?.textContent === caption)!;
      return {
        lines: chart.querySelectorAll('g[aria-label="line"] path').length,
        dots: chart.querySelectorAll('g[aria-label="dot"] circle').length,
        titles: Array.from(chart.querySelectorAll('circle title'), ({textContent}) => textContent),
        ticks: Array.from(
          chart.querySelectorAll('g[aria-label="x-axis tick label"] text'),
          ({textContent}) => textContent,
        ),
        legend: Array.from(chart.querySelectorAll('.legend span'), ({textContent}) => textContent),
      };
    },
  };
}

describe('renderReport', () => {
  it('is a whole page with every tag closed', () => {
    expect(report.startsWith('<!doctype html>')).toBe(true);
    expect(unbalancedTags(report)).toEqual([]);
    expect(page(report).texts('h1')).toEqual(['Three runs']);
  });

  it('needs no other file, no script and no network', () => {
    expect(report.match(/<(script|link|iframe)\b|@import|url\((?!#)|src="(?!data:image)/)).toBeNull();
    expect(report.replaceAll('http://www.w3.org/', '').match(/https?:\/\//)).toBeNull();
  });

  it('has a row of numbers for every run', () => {
    const {texts} = page(report);
    expect(texts('.table:first-of-type thead th').slice(0, 5)).toEqual([
      'Run',
      'Accuracy, validation',
      'Accuracy, training',
      'Loss, training',
      'Rₛ',
    ]);
    const rows = Array.from(parseHTML(report).document.querySelectorAll('tbody tr'), (row) =>
      Array.from(row.children, ({textContent}) => textContent?.trim()),
    );
    expect(rows[0]).toEqual([
      'Dense',
      '75.00 % (85.00 %)',
      '86.67 %',
      '0.6667',
      '–',
      '100 %',
      '9 G (25 %)',
      '20 (31.3 %)',
      '152 kB',
      '60',
      '6.0 s',
    ]);
    expect(rows[1].slice(4, 6)).toEqual(['61.3 %', '31.3 %']);
  });

  it('has a line for every run in every chart, and points that tell their values', () => {
    const {chart} = page(report);
    for (const caption of ['Accuracy on the validation data', 'Loss in training', 'Training FLOPs']) {
      expect(chart(caption)).toMatchObject({lines: 3, dots: 9, legend: ['Dense', 'SET', 'RigL']});
    }
    expect(chart('Accuracy on the validation data against training FLOPs').lines).toBe(3);
    expect(chart('Loss in training').titles).toContain('SET\nepoch 2\n1');
    expect(chart('Explored share of the connections, Rₛ')).toMatchObject({lines: 2, legend: ['SET', 'RigL']});
    expect(chart('Drop fraction').lines).toBe(2);
  });

  it('compares the layers of the runs', () => {
    const {chart} = page(report);
    expect(chart('Density by layer, at the end')).toMatchObject({dots: 6, legend: ['Dense', 'SET', 'RigL']});
    expect(chart('Training FLOPs by layer, at the end').titles).toContain('RigL\noutput\n4 M');
    expect(chart('SET: explored share of each layer')).toMatchObject({lines: 2, legend: ['hidden', 'output']});
  });

  it('names layers as the first run does, and gives FLOPs an axis on which the small ones show, too', () => {
    const other = JSON.parse(
      JSON.stringify(rigl).replaceAll('"hidden"', '"dense_1"').replaceAll('"output"', '"dense_2"'),
    );
    const {chart} = page(renderReport([dense, set, other], {title: 'Renamed'}));
    expect(chart('RigL: explored share of each layer').legend).toEqual(['hidden', 'output']);
    expect(chart('Training FLOPs by layer, at the end').ticks).toEqual(['1 M', '2 M', '5 M', '10 M']);
  });

  it('shows what is measured beside, by whatever name', () => {
    const ofUpdates = {reliableRate: 0.2, survival: 0.6, distance: 0.1, weather: 3};
    const measures = {survivalCurve: [0.8, 0.7, 0.65], learningRate: 0.1};
    const {chart, captions} = page(renderReport([sampleRun({name: 'SET', ofUpdates, measures})]));
    expect(chart('Explored share of the connections, Rₛ; fine lines: reliably explored').lines).toBe(2);
    expect(chart('Survival: new connections that the next update kept').lines).toBe(1);
    expect(chart('weather').dots).toBe(6);
    expect(chart('learningRate').dots).toBe(3);
    expect(chart('Survival of grown connections by number of updates').titles).toEqual([
      'SET\nnumber of updates 1\n80 %',
      'SET\nnumber of updates 2\n70 %',
      'SET\nnumber of updates 3\n65 %',
    ]);
    expect(captions).not.toContain('reliableRate');
  });

  it('shows how many connections were dropped where not as many were grown, and no charts of nothing', () => {
    const {captions} = page(report);
    expect(captions).toContain('Connections grown by an update');
    expect(captions).not.toContain('Connections dropped by an update');
    const pruned = page(renderReport([sampleRun({name: 'GMP', ofUpdates: {dropFraction: 0, dropped: 5, grown: 0}})]));
    expect(pruned.chart('Connections dropped by an update').titles[0]).toBe('GMP\noptimizer step 10\n5');
    expect(pruned.captions).not.toContain('Connections grown by an update');
    expect(pruned.captions).not.toContain('Drop fraction');
  });

  it('says from when on a loss was not finite', () => {
    const notes = (...losses: (number | null)[]) => {
      const run = sampleRun({name: 'a', epochs: losses.length});
      const epochs = run.epochs.map((epoch, i) => ({...epoch, metrics: {loss: losses[i]}}));
      return page(renderReport([{...run, epochs}]))
        .texts('p')
        .filter((text) => text?.includes('finite'));
    };
    expect(notes(3, 2, 1)).toEqual([]);
    expect(notes(1, null, null)).toEqual(['Loss in training of a was not a finite number from epoch 2 on.']);
    expect(notes(1, null, 1)).toEqual(['Loss in training of a was not a finite number in epoch 2.']);
    expect(notes(null, 1, null)).toEqual([
      'Loss in training of a was not a finite number in 2 epochs, first in epoch 1.',
    ]);
  });

  it('has pictures of inputs, matrices and degrees for every sparse run', () => {
    const {images, texts, captions} = page(report);
    // Two maps of the inputs at four moments, two layers of two runs at two moments.
    expect(images.map(({textContent}) => textContent?.trim())).toEqual([
      ...[0, 20, 40, 60, 0, 20, 40, 60].map((step) => `step ${step}; 2 of 6 pixels unused`),
      ...[0, 60, 0, 60, 0, 60, 0, 60].map((step) => `step ${step}`),
    ]);
    expect(texts('h3')).toEqual(['hidden 6 × 4', 'output 4 × 2']);
    expect(captions.filter((caption) => caption === 'Active inputs of an output')).toHaveLength(2);
  });

  it('has a table of the settings, those that differ in bold', () => {
    const {texts} = page(report);
    expect(texts('b')).toEqual(['density', '1', '0.3', '0.3']);
    expect(report).toContain('Bold where the runs differ.');
    expect(renderReport([set])).not.toContain('Bold where');
    expect(texts('tbody th').slice(3)).toEqual(['density', 'seed', 'kernels', 'backend', 'begun']);
  });

  it('says first what came out', () => {
    const first = (runs: Parameters<typeof renderReport>[0]) => page(renderReport(runs)).texts('p.outcome');
    expect(first([dense, set])).toEqual([
      'Dense ends with the best accuracy on the validation data, 75.00 %. The best sparse run is SET with 75.00 %, with 31.3 % of the ' +
        'connections and 25 % of the operations of dense training; 61.3 % of the network was explored.',
    ]);
    expect(first([set])).toEqual([
      'SET ends with the accuracy on the validation data 75.00 %, with 31.3 % of the connections and 25 % of the operations of dense ' +
        'training; 61.3 % of the network was explored.',
    ]);
    // Of losses the lowest is best.
    const onlyLoss = (name: string, loss: number) => {
      const run = sampleRun({name, layers: sampleLayers(false)});
      return {...run, epochs: run.epochs.map((epoch) => ({...epoch, metrics: {loss}}))};
    };
    expect(first([onlyLoss('worse', 2), onlyLoss('better', 1)])).toEqual([
      'better ends with the best loss in training, 1.000.',
    ]);
    expect(first([sampleRun({name: 'a', epochs: 0})])).toEqual([]);
  });

  it.each([
    ['accuracy', 'higher'],
    ['val_accuracy', 'higher'],
    ['test_acc', 'higher'],
    ['categoricalAccuracy', 'higher'],
    ['topAcc5', 'higher'],
    ['test_loss', 'lower'],
    ['meanSquaredError', 'lower'],
    ['acceleration', undefined],
    ['weather', undefined],
  ])('names the run with the best %s, %s, if that can be known', (metric, better) => {
    const ends = (name: string, value: number) => {
      const run = sampleRun({name, layers: sampleLayers(false)});
      return {...run, epochs: run.epochs.map((epoch) => ({...epoch, metrics: {[metric]: value}}))};
    };
    const [text = ''] = page(renderReport([ends('low', 0.2), ends('high', 0.8)])).texts('p.outcome');
    const best = {higher: 'high', lower: 'low'}[better ?? ''];
    expect(text).toBe(best ? `${best} ends with the best ${metric}, ${best === 'high' ? '0.8000' : '0.2000'}.` : '');
  });

  it('shows the highest value before of every metric that is to be high', () => {
    const run = sampleRun({name: 'a'});
    const epochs = run.epochs.map((epoch, i) => ({...epoch, metrics: {test_acc: [0.2, 0.6, 0.4][i]}}));
    expect(page(renderReport([{...run, epochs}])).texts('tbody td')[0]).toBe('0.4000 (0.6000)');
  });

  it('takes density and R_s of a continued run with a log of its own from its epochs', () => {
    const run = sampleRun({name: 'SET', epochs: 1});
    const measures = {density: 0.25, explorationRate: 0.75};
    const layers = {hidden: {density: 0.2, explorationRate: 0.7}};
    const [epoch] = run.epochs;
    const [start, epochs] = [{...run.start, step: 10}, [{...epoch, measures, layers}]];
    const {texts, chart} = page(renderReport([{...run, start, updates: [], epochs}]));
    expect(texts('tbody td').slice(3, 5)).toEqual(['75 %', '25 %']);
    expect(texts('p.outcome')[0]).toMatch(/with 25 % of the connections .*; 75 % of the network was explored\.$/);
    expect(chart('Explored share of the connections, Rₛ').titles[0]).toBe('SET\noptimizer step 20\n75 %');
    expect(chart('Explored share of the connections, Rₛ by layer, at the end').titles[0]).toBe('SET\nhidden\n70');
  });

  it('says what was active at most where nothing else is known of the exploration', () => {
    const run = sampleRun({name: 'grown'});
    const epochs = run.epochs.map((epoch, i) => ({...epoch, measures: {density: [0.4, 0.6, 0.5][i]}}));
    expect(
      page(renderReport([{...run, updates: [], epochs}]))
        .texts('tbody td')
        .slice(3, 5),
    ).toEqual(['60 %', '50 %']);
  });

  it('gives runs beyond the number of colours other dashes, and dots of another form', () => {
    const shown = shownRuns(Array.from({length: 30}, () => set));
    expect(new Set(shown.map(({color, dash}) => `${color} ${dash}`)).size).toBe(30);
    const html = renderReport(Array.from({length: 20}, (_, i) => ({...set, name: `run ${i}`})));
    const [, chart] = /<figure><figcaption>Density by layer, at the end<.figcaption>(.*?)<.figure>/s.exec(html)!;
    const {document} = parseHTML(chart);
    const groups = Array.from(document.querySelectorAll('g[aria-label="dot"]'));
    const dots = groups.map((group) => {
      const [first] = Array.from(group.children);
      return `${first.getAttribute('stroke')} ${first.tagName} ${first.getAttribute('d')}`;
    });
    expect(new Set(dots).size).toBe(20);
    const keys = Array.from(document.querySelectorAll('.legend svg')).map((svg) => svg.innerHTML);
    expect(new Set(keys).size).toBe(20);
  });

  it('shows equal values of several runs beside each other, under a key of dots', () => {
    const [, chart] = /<figure><figcaption>Density by layer, at the end<.figcaption>(.*?)<.figure>/s.exec(report)!;
    const {document} = parseHTML(chart);
    const groups = Array.from(document.querySelectorAll('g[aria-label="dot"]'));
    const places = groups.map((group) => group.getAttribute('transform'));
    expect(groups).toHaveLength(3);
    expect(new Set(places).size).toBe(3);
    expect(document.querySelectorAll('.legend circle')).toHaveLength(3);
    expect(document.querySelectorAll('.legend line')).toHaveLength(0);
  });

  it('marks an axis with as many decimals everywhere, and operations by powers', () => {
    const labels = (caption: string, axis: 'x' | 'y') => {
      const [, chart] = new RegExp(`<figcaption>${caption}</figcaption>(.*?)</figure>`, 's').exec(report)!;
      return Array.from(
        parseHTML(chart).document.querySelectorAll(`g[aria-label="${axis}-axis tick label"] text`),
        ({textContent}) => textContent,
      );
    };
    const losses = labels('Loss in training', 'y');
    expect(losses).toContain('1.0');
    expect(new Set(losses.map((label) => label?.split('.')[1]?.length)).size).toBe(1);
    expect(labels('Training FLOPs', 'y')).toEqual(['1 G', '2 G', '5 G', '10 G']);
  });

  it('marks axes of late steps, small losses and few operations so that no two ticks read the same', () => {
    const run = sampleRun({name: 'late', epochs: 2});
    const late = (step: number) => 120_000 + step;
    const html = renderReport([
      {
        ...run,
        start: {...run.start, step: late(0)},
        updates: run.updates.map((update) => ({...update, step: late(update.step)})),
        epochs: run.epochs.map((epoch, i) => ({
          ...epoch,
          step: late(epoch.step),
          metrics: {loss: 3e-7 / (i + 1), val_acc: 0.9901 + i / 10_000},
          flops: {...epoch.flops, total: 2.1e12 * (i + 1)},
        })),
      },
    ]);
    const figures = [...html.matchAll(/<figure><figcaption>([^<]*)<.figcaption>(<svg.*?)<.figure>/gs)];
    expect(figures.length).toBeGreaterThan(5);
    for (const [, caption, svg] of figures) {
      for (const axis of ['x', 'y']) {
        const labels = Array.from(
          parseHTML(svg).document.querySelectorAll(`g[aria-label="${axis}-axis tick label"] text`),
          ({textContent}) => textContent,
        );
        expect(new Set(labels).size, `${caption}: ${labels}`).toBe(labels.length);
        expect(labels, caption).not.toHaveLength(0);
        if (caption.startsWith('Active'))
          expect(labels.filter((label) => axis === 'x' && !/^\d+$/.test(label!))).toEqual([]);
      }
    }
    expect(page(html).chart('Drop fraction').titles[0]).toBe('late\noptimizer step 120,010\n30 %');
  });

  it('draws the bar of a number of connections around it, as wide as its numbers are many', () => {
    const [, chart] = /<figcaption>Active inputs of an output<.figcaption>(.*?)<.figure>/s.exec(report)!;
    const {document} = parseHTML(chart);
    const path = document.querySelector('g[aria-label="line"] path')!.getAttribute('d')!;
    const xs = [...path.matchAll(/[ML]([\d.]+),/g)].map(([, x]) => Number(x));
    // Three bars of width 1 from 0.5 to 3.5: begin, end and two steps between, evenly.
    const [begin, end] = [Math.min(...xs), Math.max(...xs)];
    const ticks = Array.from(document.querySelectorAll('g[aria-label="x-axis tick label"] text'), (node) => [
      Number(node.textContent),
      Number(/translate\(([\d.]+)/.exec(node.getAttribute('transform')!)![1]),
    ]);
    const one = ticks.find(([value]) => value === 1)![1];
    const three = ticks.find(([value]) => value === 3)![1];
    expect(one - begin).toBeCloseTo((end - begin) / 6, 0);
    expect(end - three).toBeCloseTo((end - begin) / 6, 0);
  });

  it('names the version that made it', () => {
    expect(page(report).texts('footer')).toEqual([`Made by itop ${version}.`]);
  });

  it('compares layers only among runs of one architecture', () => {
    const [other] = sampleLayers(true);
    const wide = sampleRun({name: 'Wide', layers: [{...other, shape: [6, 8]}]});
    const {texts} = page(renderReport([set, wide]));
    expect(texts('h2').filter((text) => text?.startsWith('Layers'))).toEqual(['Layers of SET', 'Layers of Wide']);
  });

  it('folds away the pictures of all but a few layers', () => {
    const layers = Array.from({length: 10}, (_, i) => ({...sampleLayers(true)[0], name: `layer${i}`}));
    const {texts} = page(renderReport([sampleRun({name: 'Deep', layers, epochs: 1})]));
    expect(texts('summary')).toContain('6 more layers');
    expect(texts('h3')).toHaveLength(10);
  });

  it('shows what tells long names of layers apart: the end, if they differ there', () => {
    const names = ['first', 'second'].map((end) => `itop_masked_conv2d_of_the_${end}`);
    const layers = names.map((name) => ({...sampleLayers(true)[0], name}));
    const {texts} = page(renderReport([sampleRun({name: 'long', layers})]));
    const shown = texts('svg text').filter((text) => text?.startsWith('…'));
    expect(new Set(shown)).toEqual(new Set(names.map((name) => `…${name.slice(-21)}`)));
  });

  it.each([
    ['one run of one epoch', sampleLog({name: 'a', epochs: 1})],
    ['a run that crashed before its first epoch', sampleLog({name: 'a', epochs: 0})],
    ['a run that crashed in its first epoch', sampleLog({name: 'a', epochs: 1}).split('\n').slice(0, 3).join('\n')],
    ['a dense run', sampleLog({name: 'a', layers: sampleLayers(false)})],
    ['a network without counted layers', sampleLog({name: 'a', layers: []})],
    [
      'a run whose operations are not counted',
      sampleLog({name: 'a'}).replace(/"(total|dense|sparse|flops)":\d+/g, '"$1":0'),
    ],
    [
      'an earlier log that does not name its sparse layers',
      sampleLog({name: 'a'}).replace(/"layers":\[.*?\],"notCounted"/, '"layers":[],"notCounted"'),
    ],
    ['a loss that was not finite', sampleLog({name: 'a'}).replace('"loss":1', '"loss":null')],
  ])('works with %s', (_, log) => {
    const html = renderReport([parseRunLog(log)]);
    expect(unbalancedTags(html)).toEqual([]);
    expect(html.replace(/base64,[^"]*/g, '')).not.toMatch(/NaN|undefined|Infinity|null/);
  });

  it('gives runs of one name numbers that make no name of another run', () => {
    const runs = ['SET', 'SET', 'SET (1)'].map((name) => ({...set, name}));
    expect(page(renderReport(runs)).chart('Drop fraction').legend).toEqual(['SET (2)', 'SET (3)', 'SET (1)']);
  });

  it('tells runs of one name apart, and what is special about a log', () => {
    const cut = sampleLog({name: 'SET', notCounted: ['lstm']}).slice(0, -10);
    const html = renderReport([set, parseRunLog(cut)]);
    expect(page(html).chart('Drop fraction').legend).toEqual(['SET (1)', 'SET (2)']);
    expect(page(html).texts('p')).toEqual(
      expect.arrayContaining([
        'The last line of the log of SET (2) was cut off and left out.',
        'Operations of these layers of SET (2) are not counted: lstm.',
      ]),
    );
  });

  it('escapes what comes from outside', () => {
    const evil = '<script>alert("x")</script>';
    const layers = sampleLayers(true).map((layer) => ({...layer, name: layer.name + evil}));
    const run = sampleRun({name: evil, layers, settings: {[evil]: evil}, ofUpdates: {[evil]: 1}, imageShape: [2, 3]});
    const html = renderReport([run], {title: evil});
    expect(parseHTML(html).document.querySelectorAll('script')).toHaveLength(0);
    // Inside a quoted attribute a bracket is text; a quote would end it.
    expect(html.match(/="[^"]*<script>alert\((?!&quot;|&#34;)/)).toBeNull();
  });

  it('escapes every text and every number of a run, also one that was not read from a log', () => {
    const evil = '"><img src=x onerror=alert(1)>';
    const poisoned = (value: unknown): unknown => {
      if (typeof value === 'string') return value.startsWith('<') ? value : value + evil;
      if (typeof value === 'number') return `${value}${evil}`;
      if (Array.isArray(value)) return value.map(poisoned);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, poisoned(each)]));
    };
    // What decides how the page is built is left as it is: one field at a time is poisoned.
    for (const field of ['name', 'date', 'backend', 'settings', 'layers', 'notCounted', 'imageShape'] as const) {
      const start = {...set.start, [field]: poisoned(set.start[field])};
      const html = renderReport([{...set, name: start.name, start}]);
      expect(Array.from(parseHTML(html).document.querySelectorAll('[onerror], [src="x"]'))).toEqual([]);
      expect(html).not.toContain(evil);
    }
  });

  it('allows the page nothing but its own styles and pictures', () => {
    const policy = parseHTML(report).document.querySelector('meta[http-equiv="Content-Security-Policy"]');
    expect(policy?.getAttribute('content')).toBe(
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'",
    );
  });

  it.each([
    '__proto__',
    'constructor',
    'toString',
  ])('shows a layer, a measure, a metric and a setting called %s', (name) => {
    const own = (value: unknown) => JSON.parse(`{${JSON.stringify(name)}: ${JSON.stringify(value)}}`);
    const layers = sampleLayers(true).map((layer, i) => (i === 0 ? {...layer, name} : layer));
    const run = sampleRun({name: 'SET', layers, settings: own(3), measures: own(0.5), ofUpdates: own(0.25)});
    const html = renderReport([run, set]);
    expect(unbalancedTags(html)).toEqual([]);
    expect(page(html).captions.filter((caption) => caption === name)).not.toEqual([]);
    expect(html).not.toMatch(/undefined|\[native code\]/);
  });

  it('says which lines of a log are damaged and how many are missing', () => {
    const damaged = Array.from({length: 12}, (_, i) => ({line: i + 2, received: '<b>'}));
    expect(page(renderReport([{...set, damaged, missing: 14}])).texts('p')).toEqual(
      expect.arrayContaining([
        'Of the log of SET these lines were damaged and left out: 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 2 more.',
        'By their numbers, 14 lines of the log of SET are missing.',
      ]),
    );
  });

  it('draws no map of inputs that are not as many as the pixels', () => {
    const large = sampleRun({name: 'SET', imageShape: [1e8, 1]});
    expect(page(renderReport([large])).texts('h2')).not.toContain('What the networks look at');
  });

  it('draws a map of a million pixels', () => {
    const side = 1000;
    const [first] = set.pictures;
    const inputs = Array.from({length: side * side}, (_, i) => i % 7);
    const pictures = [{...first, layers: first.layers.map((layer) => ({...layer, inputs}))}];
    const html = renderReport([{...set, pictures, start: {...set.start, imageShape: [side, side]}}]);
    expect(page(html).images[0].textContent).toContain('142858 of 1000000 pixels unused');
  });

  it('shows runs whose pictures are of other layers without them', () => {
    const pictures = set.pictures.map((line, i) => (i > 0 ? {...line, layers: []} : line));
    expect(page(renderReport([{...set, pictures}, rigl])).texts('h3')).toEqual(['hidden 6 × 4', 'output 4 × 2']);
  });

  it('thins out long lines', () => {
    const long = renderReport([sampleRun({name: 'long', epochs: 2000})]);
    expect(long.length).toBeLessThan(300_000);
  });

  it('draws more points than a function takes arguments', () => {
    const points = Array.from({length: 400}, (_, i) => ({x: i + 1, y: i + 1}));
    const series = Array.from({length: 400}, (_, i) => ({name: `layer ${i}`, color: 'red', dash: 'none', points}));
    const options = {title: 'many', x: 'step', y: '%'};
    for (const logarithmic of [undefined, 'x', 'y'] as const) {
      expect(lineChart(series, {...options, logarithmic}).match(/<path/g)?.length).toBeGreaterThan(400);
    }
  });

  it('refuses what is no run, and an option that is written wrongly', () => {
    expect(() => renderReport(set as never)).toThrow('renderReport: runs must be a list, received {');
    expect(() => renderReport([sampleLog({name: 'text'})] as never)).toThrow(
      'renderReport: a run must be an object, received "',
    );
    expect(() => renderReport([set], {tilte: 'x'} as never)).toThrow(
      'renderReport: title must be written so, received tilte.',
    );
  });

  it('needs a run', () => {
    expect(() => renderReport([])).toThrow('renderReport: runs must hold at least one run, received none.');
  });
});
