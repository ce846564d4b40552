/**
 * The public surface of the built package, as text: every export of every entry with its declaration. etc/api.txt holds it, so that
 * a change of it shows in review: `npm run build`, then
 *
 *     npx tsx scripts/apiReport.ts           # writes etc/api.txt
 *     npx tsx scripts/apiReport.ts --check   # fails if it is not as the package is
 */
import {readFileSync, writeFileSync} from 'node:fs';
import ts from 'typescript';

const TARGET = 'etc/api.txt';

/** The report as the package in dist is. */
function apiReport(): string {
  const {exports} = JSON.parse(readFileSync('package.json', 'utf8')) as {exports: Record<string, unknown>};
  const entries = Object.keys(exports).filter((entry) => entry !== './package.json');
  const files = entries.map((entry) => `dist/${entry === '.' ? 'index' : entry.slice(2)}.d.ts`);
  const program = ts.createProgram(files, {skipLibCheck: true, noEmit: true, module: ts.ModuleKind.NodeNext});
  const checker = program.getTypeChecker();
  const printer = ts.createPrinter({removeComments: true});
  const seen = new Map<ts.Symbol, string>();
  const parts = entries.map((entry, i) => {
    const name = entry === '.' ? 'itop' : `itop/${entry.slice(2)}`;
    const module = checker.getSymbolAtLocation(program.getSourceFile(files[i])!);
    const symbols = module ? checker.getExportsOfModule(module) : [];
    const lines = symbols.map((symbol) => describe(symbol, name)).sort((a, b) => (a < b ? -1 : 1));
    return `# ${name}\n\n${lines.join('\n')}\n`;
  });
  return parts.join('\n');

  function describe(symbol: ts.Symbol, entry: string): string {
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    const isTypeOnly = symbol.declarations?.some(
      (node) => ts.isExportSpecifier(node) && ts.isTypeOnlyExportDeclaration(node),
    );
    const kind = isTypeOnly ? 'type ' : '';
    const first = seen.get(target);
    if (first) return `${kind}${symbol.name}: as in ${first}`;
    seen.set(target, entry);
    const texts = (target.declarations ?? []).map((declaration) => {
      const node = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
      return printer.printNode(ts.EmitHint.Unspecified, node, node.getSourceFile());
    });
    // What is private may change at any time.
    return `${kind}${symbol.name}: ${texts.join('\n').replaceAll(/^ *private .*\n/gm, '')}`;
  }
}

const report = apiReport();
if (!process.argv.includes('--check')) writeFileSync(TARGET, report);
else if (readFileSync(TARGET, 'utf8') !== report) {
  console.error(
    `apiReport: ${TARGET} must be the public surface of the package, received another one. If the change is meant, run npm run api, commit the file, and say it in CHANGELOG.md.`,
  );
  process.exitCode = 1;
} else console.log(`${TARGET}: as the package is`);
