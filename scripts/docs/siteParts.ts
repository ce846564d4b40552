import {type Application, type DefaultThemeRenderContext, JSX} from 'typedoc';

/** What is not a page of typedoc: its name, and where it is on the site. */
const PARTS = [
  ['Playground', 'playground/index.html'],
  ['Planner', 'planner.html'],
] as const;

/** Puts links to the parts on every page, and the way into a training on the first. */
export function addSiteParts(app: Application): void {
  app.renderer.hooks.on('sidebar.begin', (context) =>
    JSX.createElement(
      'nav',
      {class: 'site-parts', 'aria-label': 'Try it'},
      ...PARTS.map(([text, path]) => link(context, text, path)),
    ),
  );
  app.renderer.hooks.on('content.begin', (context) => {
    if (context.page.url !== 'index.html') return JSX.createElement(JSX.Fragment, null);
    return JSX.createElement(
      'section',
      {class: 'welcome'},
      JSX.createElement(
        'p',
        null,
        'See a sparse network train, here and now. Nothing to install, and nothing leaves the page.',
      ),
      JSX.createElement(
        'p',
        null,
        link(context, 'Train in this page', 'playground/index.html', 'welcome-button'),
        link(context, 'Tutorial', 'documents/Guide.Tutorial.html'),
        link(context, 'Plan a training', 'planner.html'),
      ),
    );
  });
}

function link(context: DefaultThemeRenderContext, text: string, path: string, name?: string): JSX.Element {
  return JSX.createElement('a', {href: context.relativeURL(path), ...(name ? {class: name} : {})}, text);
}
