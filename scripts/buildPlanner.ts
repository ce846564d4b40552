/** Builds planner.html, the planner as one file that needs no server and no network: `npx tsx scripts/buildPlanner.ts FOLDER`. */
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';

const [folder] = process.argv.slice(2);
const source = (file: string) => fileURLToPath(new URL(`../src/planner/${file}`, import.meta.url));

const {outputFiles} = await build({
  entryPoints: [source('page.css'), source('page.ts')],
  outdir: folder,
  bundle: true,
  minify: true,
  write: false,
  format: 'iife',
  target: 'es2022',
});
const [css, js] = ['.css', '.js'].map((end) => outputFiles.find(({path}) => path.endsWith(end))?.text ?? '');
const parts: Readonly<Record<string, string>> = {
  '/* page.css */': css,
  // A script ends at the first `</script`, wherever it stands.
  '/* page.js */': js.replaceAll('</script', '<\\/script'),
};
const html = readFileSync(source('page.html'), 'utf8').replace(/\/\* page\.\w+ \*\//g, (part) => parts[part]);
writeFileSync(join(folder, 'planner.html'), html);
console.log(`planner.html: ${(html.length / 1024).toFixed(1)} kB`);
