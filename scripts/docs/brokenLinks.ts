import {existsSync, readdirSync, readFileSync, statSync} from 'node:fs';
import {dirname, join, relative, resolve} from 'node:path';
import {parseHTML} from 'linkedom';

/** Addresses with a scheme lead elsewhere. */
const ELSEWHERE = /^[a-z][a-z+.-]*:/i;

/** The links and pictures of all pages of a folder that lead to no file, or to no place on its page. */
export function brokenLinks(folder: string): string[] {
  const places = new Map<string, ReadonlySet<string>>();
  const placesOf = (path: string) => {
    const known = places.get(path) ?? placesIn(path);
    places.set(path, known);
    return known;
  };
  return pagesOf(folder).flatMap((page) =>
    linksIn(page).flatMap((link) => {
      const [address, place = ''] = link.split('#').map(decodeURIComponent);
      const target = address === '' ? page : resolve(dirname(page), address.split('?')[0]);
      const path = existsSync(target) && statSync(target).isDirectory() ? join(target, 'index.html') : target;
      const isThere = existsSync(path) && (place === '' || !path.endsWith('.html') || placesOf(path).has(place));
      return isThere ? [] : [`${relative(folder, page)}: ${link}`];
    }),
  );
}

function pagesOf(folder: string): string[] {
  return readdirSync(folder, {recursive: true, encoding: 'utf8'})
    .filter((name) => name.endsWith('.html'))
    .map((name) => join(folder, name));
}

function linksIn(page: string): string[] {
  const {document} = parseHTML(readFileSync(page, 'utf8'));
  return [...document.querySelectorAll('[href], [src]')]
    .map((node) => (node.getAttribute('href') ?? node.getAttribute('src')) as string)
    .filter((link) => link !== '' && link !== '#' && !ELSEWHERE.test(link));
}

function placesIn(page: string): ReadonlySet<string> {
  const {document} = parseHTML(readFileSync(page, 'utf8'));
  return new Set([...document.querySelectorAll('[id], [name]')].map((node) => node.id || node.getAttribute('name')!));
}
