/**
 * Checks what is published: each file of the packed package is known and merged, the README has no relative link, which would lead nowhere on
 * npm, and no document one that leads out of the package. `npm run build`, then `npx tsx scripts/checkFiles.ts`.
 */
import {execFileSync} from 'node:child_process';
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';

/** The files that are not made of a module each. */
const KNOWN = [
  ...['CHANGELOG.md', 'LICENSE', 'README.md', 'SECURITY.md', 'package.json', 'docs/coverage.md', 'docs/guide.md'],
  ...['docs/compare.svg', 'docs/methods.md', ...filesIn('docs/guide'), ...filesIn('docs/guide/figures')],
  ...['dist/itop.browser.js', 'dist/itop.global.js', 'dist/planner.html'],
  // What require() gets: the entries, and what they share.
  ...['accelerate', 'core', 'data', 'files', 'index', 'layers', 'node', 'webgpu'].flatMap((name) => [
    `dist/${name}.cjs`,
    `dist/${name}.d.cts`,
  ]),
  // Bundled: the source of randomness, and the version.
  ...['dist/_virtual/_rolldown/runtime.js', 'dist/bundled/seedrandom/lib/alea.js', 'dist/package.json.js'],
];

/** Parts that the entries for require() share, named by the bundler. */
const SHARED = /^dist\/\w+\.(cjs|d\.cts)$/;

const [{files, unpackedSize}] = JSON.parse(
  execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {encoding: 'utf8'}),
) as [{files: {path: string}[]; unpackedSize: number}];
const paths = files.map(({path}) => path);

const faults = [
  ...KNOWN.filter((path) => !paths.includes(path)).map((path) => `${path} must be published`),
  ...paths.filter((path) => !isKnown(path)).map((path) => `${path} must not be published, or be known here`),
  ...paths.filter(hasMergeMarks).map((path) => `${path} must be merged, holds both sides`),
  ...relativeLinks('README.md').map((link) => `README.md: links must be absolute, received ${link}`),
  ...paths.filter((path) => path.endsWith('.md')).flatMap(linksOutside),
];
console.log(`package: ${paths.length} files, ${(unpackedSize / 1e6).toFixed(1)} MB`);
for (const fault of faults) console.error(`checkFiles: ${fault}`);
if (faults.length > 0) process.exitCode = 1;

function filesIn(folder: string): string[] {
  return readdirSync(folder, {withFileTypes: true}).flatMap((entry) =>
    entry.isFile() ? [`${folder}/${entry.name}`] : [],
  );
}

function isKnown(path: string): boolean {
  return KNOWN.includes(path) || SHARED.test(path) || isOfModule(path);
}

/** Faults of a document: its links to what is not in the package. */
function linksOutside(page: string): string[] {
  return relativeLinks(page)
    .filter((link) => !paths.includes(join(dirname(page), link.split('#')[0])))
    .map((link) => `${page}: links must lead to what is published, or be absolute, received ${link}`);
}

/** True for the code and the types that one module of src becomes. */
function isOfModule(path: string): boolean {
  const [, name] = /^dist\/(.*?)(?:\.d)?\.(?:js|ts)$/.exec(path) ?? [];
  return name !== undefined && existsSync(`src/${name}.ts`);
}

/** True for a text that a merge has left unfinished. */
function hasMergeMarks(path: string): boolean {
  return /^(<{7}|>{7}) /m.test(readFileSync(path, 'utf8'));
}

/** The targets of Markdown links and images that are neither addresses nor places on the page; examples left out. */
function relativeLinks(file: string): string[] {
  const text = readFileSync(file, 'utf8').replaceAll(/^```.*?^```/gms, '');
  const links = text.matchAll(/\]\(([^)\s]+)\)|(?:src|href)="([^"]+)"/g);
  return [...links]
    .map(([, link, attribute]) => link ?? attribute)
    .filter((link) => !/^(https?:|mailto:|#)/.test(link));
}
