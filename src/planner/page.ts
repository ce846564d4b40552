/** The form of planner.html: works out the plan at every change of a field. */

import type {ForecastPoint} from '../exploration/predictExploration.ts';
import {answers, makePlan, type PlanResult} from './makePlan.ts';
import {NETWORKS} from './networks.ts';
import {CHOICES, DEFAULTS, type PlanFields} from './planFields.ts';
import {withoutLimits} from './planMessage.ts';

/** Of the drawing, in pixels; the page sets its width. */
const [HEIGHT, MARGIN] = [240, {top: 10, right: 8, bottom: 24, left: 40}];
/** Points of the curve at most. */
const MAX_POINTS = 1000;

const byId = <Found extends Element>(id: string) => document.getElementById(id) as unknown as Found;
const form = byId<HTMLFormElement>('plan');
const network = byId<HTMLSelectElement>('network');
const field = (name: string) => form.elements.namedItem(name) as HTMLInputElement | HTMLSelectElement;

for (const [name, choices] of Object.entries(CHOICES)) fill(field(name) as HTMLSelectElement, Object.keys(choices));
fill(network, [...Object.keys(NETWORKS), 'another']);
for (const [name, value] of Object.entries(DEFAULTS)) if (field(name)) field(name).value = value;
network.addEventListener('change', () => {
  const known = NETWORKS[network.value];
  if (!known) return;
  field('layers').value = known.layers;
  field('samples').value = String(known.samples);
});
form.addEventListener('input', () => requestAnimationFrame(update));
addEventListener('resize', update);
form.addEventListener('submit', (event) => event.preventDefault());
// After Back the browser fills in what stood there, at the latest now, and tells nobody.
addEventListener('pageshow', update);
update();

function update(): void {
  const fields: PlanFields = {...DEFAULTS, ...Object.fromEntries(new FormData(form))};
  network.value = Object.keys(NETWORKS).find((name) => NETWORKS[name].layers === fields.layers) ?? 'another';
  const error = byId<HTMLElement>('error');
  const results = byId<HTMLElement>('results');
  try {
    show(makePlan(fields), fields);
    error.textContent = '';
    results.classList.remove('stale');
  } catch (reason) {
    error.textContent = withoutLimits((reason as Error).message);
    results.classList.add('stale');
  }
}

function show(result: PlanResult, fields: PlanFields): void {
  const {plan, forecast, groups, target} = result;
  const count = (n: number) => n.toLocaleString('en');
  byId('rate').textContent =
    `${plan.rate.toFixed(3)} after ${count(plan.steps)} steps, ${count(forecast.updates)} updates`;
  fillTable(
    'answers',
    answers(result, fields, count).map(({setting, needed, now}) => [setting, needed, now]),
  );
  fillTable(
    'groups',
    groups.map(({text, density, rate}) => [text, density.toFixed(4), rate.toFixed(4)]),
  );
  draw(forecast.history, plan.steps, target);
}

function draw(history: readonly ForecastPoint[], steps: number, target: number): void {
  const curve = byId<SVGElement>('curve');
  const right = curve.clientWidth - MARGIN.right;
  const x = (step: number) => MARGIN.left + (step / steps) * (right - MARGIN.left);
  const y = (rate: number) => HEIGHT - MARGIN.bottom - rate * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const level = (rate: number, name: string) =>
    element('line', {class: name, x1: MARGIN.left, x2: right, y1: y(rate), y2: y(rate)});
  const label = (text: string, left: number, top: number, anchor: string, name = '') => {
    const node = element('text', {x: left, y: top, 'text-anchor': anchor, class: name});
    node.textContent = text;
    return node;
  };
  const every = Math.ceil(history.length / MAX_POINTS);
  const points = history.filter((_, i) => i % every === 0 || i === history.length - 1);
  // R_s rises at an update and is level between two.
  const path = points.map(({step, rate}, i) => (i === 0 ? `M${x(0)} ${y(rate)}` : `H${x(step)}V${y(rate)}`)).join('');
  curve.replaceChildren(
    ...[0, 0.25, 0.5, 0.75, 1].flatMap((rate) => [
      level(rate, 'grid'),
      label(rate.toFixed(2), MARGIN.left - 7, y(rate) + 4, 'end'),
    ]),
    label('0', MARGIN.left, HEIGHT - 6, 'start'),
    label(`${steps.toLocaleString('en')} steps`, right, HEIGHT - 6, 'end'),
    level(target, 'target'),
    label(`to reach: ${target}`, MARGIN.left + 6, y(target) - 6, 'start', 'target-label'),
    element('path', {class: 'curve', d: `${path}H${x(steps)}`}),
  );
}

function element(name: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const node = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [attribute, value] of Object.entries(attributes)) node.setAttribute(attribute, String(value));
  return node;
}

function fill(select: HTMLSelectElement, names: readonly string[]): void {
  select.replaceChildren(...names.map((name) => new Option(name)));
}

function fillTable(id: string, rows: readonly (readonly string[])[]): void {
  byId(id).replaceChildren(
    ...rows.map((cells) => {
      const row = document.createElement('tr');
      row.append(
        ...cells.map((cell) => {
          const node = document.createElement('td');
          node.textContent = cell;
          return node;
        }),
      );
      return row;
    }),
  );
}
