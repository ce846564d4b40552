import {dirname, relative} from 'node:path';
import {type Application, PageEvent, type ProjectReflection, ReflectionKind} from 'typedoc';

/**
 * Has links to documents of the repository lead to their pages, where the site has one. In the documents they are addresses: the package
 * has not all of them.
 *
 * @param root        folder of the repository, absolute
 * @param repository  address of that folder, with a slash at its end
 */
export function keepLinksOnSite(app: Application, root: string, repository: string): void {
  let pages: ReadonlyMap<string, string> | undefined;
  app.renderer.on(PageEvent.END, (event) => {
    pages ??= pagesOf(app, event.project, root);
    event.contents = withPages(event.contents ?? '', event.url, repository, pages);
  });
}

/**
 * A page of HTML with links to other pages in the place of addresses in the repository.
 *
 * @param url    of the page on the site
 * @param pages  path in the repository → url on the site
 */
export function withPages(html: string, url: string, repository: string, pages: ReadonlyMap<string, string>): string {
  return html.replaceAll(/href="([^"#]+)/g, (whole, address: string) => {
    const page = address.startsWith(repository) ? pages.get(address.slice(repository.length)) : undefined;
    return page === undefined ? whole : `href="${relative(dirname(url), page)}`;
  });
}

function pagesOf(app: Application, project: ProjectReflection, root: string): Map<string, string> {
  const pages = new Map<string, string>();
  for (const document of project.getReflectionsByKind(ReflectionKind.Document)) {
    const path = project.files.getReflectionPath(document);
    if (path) pages.set(relative(root, path), app.renderer.router!.getFullUrl(document));
  }
  return pages;
}
