import {parseHTML} from 'linkedom';
import {describe, expect, it} from 'vitest';
import {renderReport} from '../../../examples/quickstart/report.ts';
import {unbalancedTags} from '../../support/html.ts';
import {sampleResults} from './sampleResults.ts';

const report = renderReport(sampleResults);
const {document} = parseHTML(report);
const texts = (selector: string) => Array.from(document.querySelectorAll(selector), ({textContent}) => textContent);

describe('renderReport', () => {
  it('is a whole page with every tag closed', () => {
    expect(report.startsWith('<!doctype html>')).toBe(true);
    expect(unbalancedTags(report)).toEqual([]);
  });

  it('needs no other file and no network', () => {
    expect(report.match(/<(script|link|img|iframe)\b|@import|url\((?!#)|src=/)).toBeNull();
    expect(report.replaceAll('http://www.w3.org/', '').match(/https?:\/\//)).toBeNull();
  });

  it('names the data and the settings', () => {
    expect(texts('h1')).toEqual(['Sparse training on MNIST']);
    expect(texts('dt')).toEqual(expect.arrayContaining(['density', 'seed', 'backend', 'cpu', 'date']));
    expect(texts('dd')).toEqual(expect.arrayContaining(['0.05', 'Some CPU @ 2.50GHz']));
  });

  it('has a row of numbers for every method', () => {
    expect(texts('tbody th')).toEqual(['Dense', 'Static sparse', 'SET-ITOP', 'RigL-ITOP']);
    expect(texts('tbody tr:first-child td')).toEqual([
      '98.47 %',
      '–',
      '266,610 (100.0 %)',
      '100.0 %',
      '3.91',
      '1,066 kB',
    ]);
    expect(texts('tbody tr:last-child td')).toEqual(['98.21 %', '28.3 %', '13,720 (5.1 %)', '5.2 %', '1.20', '106 kB']);
  });

  it('has a line of accuracy for every method and one of R_s for every sparse one', () => {
    const [accuracy, exploration] = document.querySelectorAll('.charts figure');
    const lines = (figure: Element) => figure.querySelectorAll('g[aria-label="line"] path').length;
    expect([lines(accuracy), lines(exploration)]).toEqual([4, 3]);
    expect(exploration.querySelector('.legend')?.textContent).toBe('Static sparseSET-ITOPRigL-ITOP');
  });

  it('has a picture of 784 pixels for every method', () => {
    const pictures = Array.from(document.querySelectorAll('.pictures figure'));
    expect(pictures.map((picture) => picture.querySelectorAll('rect').length)).toEqual([784, 784, 784, 784]);
    expect(pictures.map((picture) => picture.querySelector('small')?.textContent)).toEqual([
      '300 from every pixel',
      expect.stringMatching(/^8 to 20, median 14; 0 pixels unused$/),
      expect.stringContaining('pixels unused'),
      expect.stringContaining('pixels unused'),
    ]);
  });

  it('works with one epoch of one method', () => {
    for (const method of sampleResults.methods) {
      const short = {...method, epochs: method.epochs.slice(0, 1), updates: method.updates.slice(0, 1)};
      const page = renderReport({...sampleResults, methods: [short]});
      expect(unbalancedTags(page)).toEqual([]);
      expect(page.includes('NaN')).toBe(false);
    }
  });

  it('escapes what comes from outside', () => {
    const machine = {...sampleResults.machine, cpu: '<script>alert("x")</script>'};
    expect(renderReport({...sampleResults, machine}).includes('<script')).toBe(false);
  });
});
