import {mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join, relative, resolve} from 'node:path';

interface Cell {
  readonly cell_type: 'markdown' | 'code' | 'raw';
  readonly source: readonly string[];
  readonly outputs?: readonly Output[];
}

interface Output {
  readonly text?: readonly string[];
  readonly data?: Readonly<Record<string, readonly string[]>>;
}

/**
 * Writes every notebook as a page of Markdown with its outputs, and a page that lists them.
 *
 * @param from  the folder of the notebooks and their README.md
 * @param to    the folder of the pages
 * @returns the page that lists them; its front matter names the others as its children
 */
export function notebookPages(from: string, to: string): string {
  mkdirSync(to, {recursive: true});
  const names = readdirSync(from)
    .filter((name) => name.endsWith('.ipynb'))
    .sort();
  for (const name of names) {
    const {cells} = JSON.parse(readFileSync(join(from, name), 'utf8')) as {readonly cells: readonly Cell[]};
    const number = name.split('-')[0];
    const text = cells.map((cell, i) => cellText(cell, to, `${number}-${i}`)).join('\n\n');
    const [, title] = /^# (.*)$/m.exec(text)!;
    writeFileSync(join(to, pageOf(name)), withLinks(`---\ntitle: "${number} ${title}"\n---\n\n${text}\n`, from, to));
  }
  const index = join(to, 'index.md');
  const children = names.map((name) => `  - ./${pageOf(name)}\n`).join('');
  const list = readFileSync(join(from, 'README.md'), 'utf8');
  writeFileSync(index, withLinks(`---\ntitle: Notebooks\nchildren:\n${children}---\n\n${list}`, from, to));
  return index;
}

function pageOf(notebook: string): string {
  return notebook.replace('.ipynb', '.md');
}

/** @param id  tells its pictures from those of other cells */
function cellText({cell_type, source, outputs = []}: Cell, folder: string, id: string): string {
  const text = source.join('');
  if (cell_type !== 'code') return text;
  return [fenced('ts', text), ...outputs.map((output, i) => outputText(output, folder, `${id}-${i}`))].join('\n\n');
}

/** A picture and a page become files beside the Markdown. */
function outputText({text, data = {}}: Output, folder: string, id: string): string {
  if (text) return fenced('text', text.join(''));
  const [svg, html] = [data['image/svg+xml'], data['text/html']];
  if (svg) {
    writeFileSync(join(folder, `${id}.svg`), svg.join(''));
    return `![what the cell above draws](${id}.svg)`;
  }
  if (html) {
    writeFileSync(join(folder, `${id}.html`), `<!doctype html>\n<meta charset="utf-8">\n${html.join('')}`);
    return `[What the cell above shows, as a page](${id}.html)`;
  }
  return '';
}

function fenced(language: string, text: string): string {
  return `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;
}

/** Relative links lead where they did: to pages of notebooks, or to files of the repository. */
function withLinks(text: string, from: string, to: string): string {
  return text.replaceAll(/\]\((?!https?:|#)([^)\s]+)\)/g, (whole, link: string) => {
    if (link.endsWith('.ipynb')) return `](${pageOf(link)})`;
    if (link === 'README.md') return '](index.md)';
    return /^\d+-\d+-\d+\.(svg|html)$/.test(link) ? whole : `](${relative(to, resolve(from, link))})`;
  });
}
