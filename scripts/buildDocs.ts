/**
 * Builds the documentation site in docs/api, static files: the guide and the other documents, the notebooks with their outputs, the API,
 * the playground and the planner; fails where a public member has no line, or a link leads nowhere. `npm run docs`.
 */

import {execFileSync} from 'node:child_process';
import {mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {Application, TSConfigReader, TypeDocReader} from 'typedoc';
import {build} from 'vite';
import {brokenLinks} from './docs/brokenLinks.ts';
import {notebookPages} from './docs/notebookPages.ts';
import {keepLinksOnSite} from './docs/siteLinks.ts';
import {addSiteParts} from './docs/siteParts.ts';

const REPOSITORY = 'https://github.com/itop-js/itop/blob/main/';
/** Documents of the repository that are pages of the site. */
const IS_PAGE = /^(docs\/[\w/-]+\.md|examples\/README\.md|examples\/notebooks\/README\.md)/;

const root = fileURLToPath(new URL('..', import.meta.url));
const out = join(root, 'docs/api');
/** For pages that are made of other files. */
const made = join(root, 'runs/docs');

rmSync(made, {recursive: true, force: true});
mkdirSync(made, {recursive: true});
const notebooks = notebookPages(join(root, 'examples/notebooks'), join(made, 'notebooks'));

const app = await Application.bootstrapWithPlugins({readme: frontPage()}, [new TypeDocReader(), new TSConfigReader()]);
const documents = app.options.getValue('projectDocuments');
app.options.setValue(
  'projectDocuments',
  documents.map((path) => (path.endsWith('/notebooks/README.md') ? notebooks : path)),
);
addSiteParts(app);
keepLinksOnSite(app, root, REPOSITORY);
const project = await app.convert();
if (!project) fail('the sources must compile');
else {
  app.validate(project);
  await app.generateOutputs(project);
  if (app.logger.hasErrors() || app.logger.hasWarnings()) fail('every public member must have a line, see above');
}
execFileSync(process.execPath, ['--import', 'tsx', 'scripts/buildPlanner.ts', out], {cwd: root, stdio: 'inherit'});
await build({
  configFile: join(root, 'examples/playground/vite.config.ts'),
  logLevel: 'error',
  build: {outDir: join(out, 'playground')},
});
const broken = brokenLinks(out);
for (const link of broken) console.error(`docs: ${link} leads nowhere`);
if (broken.length > 0) fail(`all links must lead somewhere, ${broken.length} do not`);

/** The README, with links that stay on the site where they can. */
function frontPage(): string {
  const path = join(made, 'front.md');
  const text = readFileSync(join(root, 'README.md'), 'utf8').replaceAll(
    new RegExp(`\\]\\(${REPOSITORY}([^)\\s]+)\\)`, 'g'),
    (whole, link: string) => {
      if (!IS_PAGE.test(link)) return whole;
      return link.startsWith('examples/notebooks/') ? '](notebooks/index.md)' : `](../../${link})`;
    },
  );
  writeFileSync(path, text);
  return path;
}

function fail(message: string): void {
  console.error(`docs: ${message}`);
  process.exitCode = 1;
}
