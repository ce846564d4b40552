import {expect, test} from 'vitest';
import {withPages} from '../../scripts/docs/siteLinks.ts';

const REPOSITORY = 'https://example.org/itop/blob/main/';

test('links to documents of the repository lead to their pages on the site, all others stay', () => {
  const pages = new Map([['docs/benchmarks.md', 'documents/Benchmarks.html']]);
  const link = (path: string) => `<a href="${path}">it</a>`;
  const html = (benchmarks: string) =>
    [
      link(benchmarks),
      link(`${benchmarks}#on-a-gpu`),
      link(`${REPOSITORY}examples/fit.ts`),
      link('https://example.org/docs/benchmarks.md'),
      link('#top'),
    ].join('\n');
  const given = html(`${REPOSITORY}docs/benchmarks.md`);
  expect(withPages(given, 'documents/Guide.Speed.html', REPOSITORY, pages)).toBe(html('Benchmarks.html'));
  expect(withPages(given, 'index.html', REPOSITORY, pages)).toBe(html('documents/Benchmarks.html'));
});
