/** All that a page can use, in one file: `dist/itop.browser.js` and `dist/itop.global.js`, made by scripts/buildBrowser.ts. */

import './webgpu.ts';

export * from './accelerate.ts';
export * from './core.ts';
export * from './data.ts';
export * from './files.ts';
export * from './index.ts';
