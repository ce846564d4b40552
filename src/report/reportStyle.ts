/** Colours of the runs (after Okabe and Ito, so that colour-blind readers can tell them apart). */
const LIGHT = ['#0072b2', '#d55e00', '#008a63', '#8a4fa3', '#3d3d3d', '#b8860b', '#c2185b', '#3f8fd0'];
const DARK = ['#5ab8f0', '#ff9a4d', '#2fd3a3', '#cf9be6', '#e0e0e0', '#f0c850', '#ff7aa8', '#9cc9ff'];
/** Colours of the layers, from the first to the last. */
const LIGHT_DEPTHS = ['#440154', '#414487', '#2a788e', '#22a884', '#5aa02c', '#b79a00'];
const DARK_DEPTHS = ['#b48ad6', '#8e9bff', '#4fb3c9', '#35d1a4', '#8fdc5a', '#fde725'];

/** The style sheet of a report, for light and dark screens, wide and narrow ones. */
export function reportStyle(): string {
  return `
:root { color-scheme: light dark; --text: #1c1c1e; --faint: #63636b; --rule: #dcdce2; --page: #fff;
  ${colors('series', LIGHT)} ${colors('depth', LIGHT_DEPTHS)} }
@media (prefers-color-scheme: dark) {
  :root { --text: #ececf0; --faint: #a6a6b0; --rule: #3c3c44; --page: #17171b;
    ${colors('series', DARK)} ${colors('depth', DARK_DEPTHS)} }
}
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif; overflow-wrap: break-word; }
main { max-width: 1140px; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 0.8rem; }
h2 { font-size: 1.25rem; margin: 2.6rem 0 0.8rem; padding-top: 0.8rem; border-top: 1px solid var(--rule); }
h3 { font-size: 1rem; margin: 1.6rem 0 0.4rem; }
p { margin: 0 0 1rem; color: var(--faint); }
small { color: var(--faint); font-weight: normal; }
summary { color: var(--faint); cursor: pointer; margin: 0.8rem 0; }
.table { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 0.88rem; }
th, td { padding: 0.4rem 0.55rem; text-align: right; border-bottom: 1px solid var(--rule); }
td { white-space: nowrap; }
td { max-width: 22rem; overflow-wrap: anywhere; }
table.settings tbody th { font-weight: normal; }
th:first-child { position: sticky; left: 0; padding-left: 0; text-align: left; background: var(--page); }
tbody th:first-child { white-space: normal; overflow-wrap: anywhere; min-width: 6rem; max-width: min(45vw, 22rem); }
thead th { color: var(--faint); font-size: 0.82rem; line-height: 1.25; vertical-align: bottom; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); gap: 1.8rem 2rem; }
.charts figure { max-width: 620px; }
figure { margin: 0; min-width: 0; }
figcaption { font-weight: 600; margin-bottom: 0.35rem; }
svg { max-width: 100%; height: auto; --plot-background: var(--page); }
.charts figure > svg { display: block; width: 100%; }
/* Charts shrink with a narrow screen; their text must not. */
@media (max-width: 480px) { .charts figure > svg { font-size: 17px !important; } .charts figure > svg.many-rows { font-size: 15px !important; } }
.legend { display: flex; flex-wrap: wrap; gap: 0.2rem 1.2rem; margin-top: 0.5rem; font-size: 0.88rem; }
.legend span { display: inline-flex; align-items: center; gap: 0.4rem; min-width: 0; overflow-wrap: anywhere; }
.legend line, tbody line { stroke-width: 2.5; }
.legend svg, tbody svg { max-width: none; flex: none; }
.pictures { display: flex; flex-wrap: wrap; gap: 1.4rem 2.2rem; margin: 0.6rem 0 1.4rem; }
.strip { display: flex; flex-wrap: wrap; gap: 0.7rem; }
.image { display: block; width: 150px; }
.image img { display: block; width: 100%; image-rendering: pixelated; }
.image small { display: block; font-size: 0.78rem; line-height: 1.3; margin-top: 0.25rem; }
.key { display: flex; align-items: center; gap: 0.5rem; font-size: 0.85rem; margin: 0; }
.key img { width: 160px; height: 10px; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 220px), 1fr)); gap: 0.5rem 1.5rem; margin: 0; }
dt { color: var(--faint); font-size: 0.85rem; }
footer { margin-top: 2.6rem; color: var(--faint); font-size: 0.85rem; }
p.outcome { color: var(--text); font-size: 1.05rem; }
dd { margin: 0; overflow-wrap: anywhere; }
`;
}

function colors(name: string, values: readonly string[]): string {
  return values.map((value, index) => `--${name}-${index}: ${value};`).join(' ');
}
