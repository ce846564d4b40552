/** Makes a module of what imports nothing. */
const EXPORT = 'export {};\n';

/** Code of a page of documentation. */
export interface Snippet {
  /** What stands behind the fence: `ts`, `js`, `html`, `sh`. */
  readonly language: string;
  readonly code: string;
  /** True in a comment: readers do not see what the others rest on. */
  readonly isHidden: boolean;
}

/** The snippets of a page in their order. A hidden one is an HTML comment that begins with `<!-- ts` and a line break. */
export function snippetsOf(markdown: string): Snippet[] {
  const fenced = /^( *)```(\w+)\n(.*?)^\1```$|^<!-- (ts)\n(.*?)^-->$/gms;
  return [...markdown.matchAll(fenced)].map(([, indent, language, code, hidden, hiddenCode]) => ({
    language: language ?? hidden,
    code: code === undefined ? hiddenCode : code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    isHidden: code === undefined,
  }));
}

/** The files that a page asks its reader to make: their first line is a comment with the name. */
export function filesOf(markdown: string): Record<string, string> {
  return Object.fromEntries(
    snippetsOf(markdown).flatMap(({code}) => {
      const [, name] = /^(?:\/\/|<!--) (\S+\.(?:mjs|js|ts|html))\b/.exec(code) ?? [];
      return name === undefined ? [] : [[name, code]];
    }),
  );
}

/**
 * All TypeScript of a page as one module, empty where there is none. A page without hidden snippets is taken as its reader pastes it:
 * all in their order, as they are. Else imports come first and once, hidden snippets are for all that follow, and each shown one has a
 * scope of its own.
 */
export function moduleOf(markdown: string): string {
  const snippets = snippetsOf(markdown).filter(({language}) => language === 'ts');
  if (snippets.length === 0) return '';
  if (!snippets.some(({isHidden}) => isHidden)) return [...snippets.map(({code}) => code), EXPORT].join('\n');
  const imports = new Set<string>();
  const bodies = snippets.map(({code, isHidden}) => {
    const body = code.replaceAll(/^(import [^;]*;).*\n/gm, (_, statement: string) => {
      imports.add(`${statement}\n`);
      return '';
    });
    return isHidden ? body : `{\n${body}}\n`;
  });
  return `${merged([...imports])}\n${bodies.join('\n')}\n${EXPORT}`;
}

/** One import of each name from each module. */
function merged(imports: readonly string[]): string {
  const named = new Map<string, Set<string>>();
  const others: string[] = [];
  for (const statement of imports) {
    const [, names, source] = /^import \{([^}]*)\} from '([^']+)';/.exec(statement) ?? [];
    if (names === undefined) {
      others.push(statement);
      continue;
    }
    const known = named.get(source) ?? new Set();
    named.set(source, known);
    for (const name of names.split(',')) if (name.trim() !== '') known.add(name.trim());
  }
  const lines = [...named].map(([source, names]) => `import {${[...names].join(', ')}} from '${source}';\n`);
  return [...others, ...lines].join('');
}
