/** Colours of the lines (after Okabe and Ito, so that colour-blind readers can tell them apart), enough for every method. */
const LIGHT = ['#3d3d3d', '#d55e00', '#0072b2', '#008a63'];
const DARK = ['#e0e0e0', '#ff9a4d', '#5ab8f0', '#2fd3a3'];

/** The style sheet of the report, for light and dark screens, wide and narrow ones. */
export function reportStyle(): string {
  return `
:root { color-scheme: light dark; --text: #1c1c1e; --faint: #63636b; --rule: #dcdce2; --page: #fff; ${series(LIGHT)} }
@media (prefers-color-scheme: dark) {
  :root { --text: #ececf0; --faint: #a6a6b0; --rule: #3c3c44; --page: #17171b; ${series(DARK)} }
}
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 1040px; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 0.5rem; }
h2 { font-size: 1.15rem; margin: 2.2rem 0 0.4rem; }
p { margin: 0 0 1rem; color: var(--faint); }
small { color: var(--faint); font-weight: normal; }
.table { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; white-space: nowrap; }
th, td { padding: 0.4rem 0.75rem; text-align: right; border-bottom: 1px solid var(--rule); }
th:first-child { position: sticky; left: 0; padding-left: 0; text-align: left; background: var(--page); }
thead th { color: var(--faint); font-size: 0.85rem; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); gap: 1.5rem 2rem; }
.charts { margin-top: 2rem; }
.pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 1.25rem; margin-top: 1rem; }
figure { margin: 0; }
figcaption { font-weight: 600; margin-bottom: 0.35rem; }
.pictures figure { display: flex; flex-direction: column; justify-content: space-between; max-width: 320px; }
.pictures small { display: block; }
svg { max-width: 100%; height: auto; --plot-background: var(--page); }
.charts figure > svg, .pictures svg { display: block; width: 100%; }
.legend { display: flex; flex-wrap: wrap; gap: 0.2rem 1.2rem; margin-top: 0.6rem; font-size: 0.9rem; }
.legend span { display: inline-flex; align-items: center; gap: 0.4rem; }
.legend line { stroke-width: 2.5; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 220px), 1fr)); gap: 0.5rem 1.5rem; margin: 0; }
dt { color: var(--faint); font-size: 0.85rem; }
dd { margin: 0; overflow-wrap: anywhere; }
`;
}

function series(colors: readonly string[]): string {
  return colors.map((color, index) => `--series-${index}: ${color};`).join(' ');
}
