import {chromium} from 'playwright-core';
const b = await chromium.launch({executablePath: '/usr/bin/chromium', args: ['--no-sandbox']});
const p = await b.newPage({viewport: {width: 1000, height: 900}});
for (const n of process.argv.slice(2)) {
  await p.goto(`file:///tmp/nb/html/${n}.html`); await p.waitForTimeout(1000);
  const h = await p.evaluate(() => document.documentElement.scrollHeight);
  for (let i = 0; i * 1700 < h; i++) await p.screenshot({path: `/tmp/nb/html/${n}-${i}.png`, fullPage: true, clip: {x: 0, y: i * 1700, width: 1000, height: Math.min(1700, h - i * 1700)}});
}
await b.close();
