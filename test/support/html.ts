/** Tags that were opened and never closed, or closed and never opened. */
export function unbalancedTags(html: string): string[] {
  const open: string[] = [];
  for (const [, slash, name, selfClosing] of html.matchAll(/<(\/?)([a-zA-Z][\w-]*)(?:"[^"]*"|[^">])*?(\/?)>/g)) {
    if (selfClosing || ['meta', 'img'].includes(name)) continue;
    if (!slash) open.push(name);
    else if (open.pop() !== name) return [...open, `/${name}`];
  }
  return open;
}
