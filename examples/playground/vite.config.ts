import {fileURLToPath} from 'node:url';
import {defineConfig} from 'vite';

const source = (name: string) => fileURLToPath(new URL(`../../src/${name}.ts`, import.meta.url));
/** With these a page may share memory among threads; without them it trains on one. */
const ISOLATION = {'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp'};

/** `npm run playground` serves it; `npm run docs` builds it into the documentation site. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  resolve: {
    alias: {
      'itop/data': source('data'),
      'itop/report': source('report'),
      'itop/webgpu': source('webgpu'),
      itop: source('index'),
    },
  },
  worker: {format: 'es'},
  build: {target: 'es2022', emptyOutDir: true, chunkSizeWarningLimit: 4000},
  server: {headers: ISOLATION},
  preview: {headers: ISOLATION},
});
