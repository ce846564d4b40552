import {computed} from '@preact/signals';
import type {Pair, Progress} from '../protocol.ts';
import {info, latest, points, settings, updates} from '../store.ts';
import {fixed, percent} from '../text.ts';
import {type Curve, LiveChart} from './liveChart.tsx';

type Column = (number | null)[];

const RATE = (
  <span>
    R<sub>s</sub>
  </span>
);

const steps = computed(() => points.value.map(({step}) => step));
const losses = computed(() => pairs(({loss}) => (Number.isFinite(loss.sparse) ? loss : {sparse: null})));
const accuracies = computed(() => pairs(({accuracy}) => accuracy));
/** R_s and its forecast have steps of their own: both are put on the union of these. */
const explored = computed((): [number[], ...Column[]] => {
  const forecast = info.value?.forecast ?? [];
  const all = new Map<number, Column>();
  const row = (step: number) => {
    const found = all.get(step) ?? [null, null, null];
    all.set(step, found);
    return found;
  };
  for (const {step, rate, reliableRate} of points.value) row(step).splice(0, 2, rate, reliableRate);
  for (const {step, rate} of forecast) row(step)[2] = rate;
  if (forecast.length > 0) row(settings.value.steps)[2] = forecast[forecast.length - 1].rate;
  const sorted = [...all].sort(([a], [b]) => a - b);
  return [sorted.map(([step]) => step), ...[0, 1, 2].map((i) => sorted.map(([, values]) => values[i]))];
});
const moves = computed((): [number[], ...Column[]] => [
  updates.value.map(({step}) => step),
  updates.value.map(({dropped}) => dropped),
  updates.value.map(({survival}) => survival),
]);

/** The four charts. */
export function Charts() {
  const now = latest.value;
  const lastUpdate = updates.value.at(-1);
  const {dense, steps: length} = settings.value;
  const pair = (now: Pair | undefined, show: (value: number) => string): Curve[] => [
    {name: 'sparse', color: 'sparse', now: text(now?.sparse, show)},
    ...(dense ? [{name: 'dense', color: 'dense', now: text(now?.dense, show)}] : []),
  ];
  const forecast = info.value?.forecast;
  return (
    <section class="charts" aria-label="Charts">
      <LiveChart
        title="Test accuracy"
        curves={pair(now?.accuracy, percent)}
        data={accuracies.value}
        steps={length}
        top={1}
      />
      <LiveChart title="Loss" curves={pair(now?.loss, fixed)} data={losses.value} steps={length} />
      <div data-tour="exploration">
        <LiveChart
          title="Explored"
          curves={[
            {name: 'R_s', label: RATE, color: 'sparse', now: text(now?.rate, fixed)},
            {name: 'reliable', color: 'reliable', now: text(now?.reliableRate, fixed)},
            {name: 'planned', color: 'planned', dashed: true, now: text(forecast?.at(-1)?.rate, fixed)},
          ]}
          data={explored.value}
          steps={length}
          top={1}
        />
      </div>
      <LiveChart
        title="Updates"
        curves={[
          {name: 'dropped', color: 'dense', now: text(lastUpdate?.dropped, percent)},
          {name: 'new ones that stay', color: 'reliable', now: text(lastUpdate?.survival ?? undefined, percent)},
        ]}
        data={moves.value}
        steps={length}
        top={1}
      />
    </section>
  );
}

function text(value: number | undefined, show: (value: number) => string): string | undefined {
  return value === undefined || Number.isNaN(value) ? undefined : show(value);
}

function pairs(pick: (progress: Progress) => {sparse: number | null; dense?: number}): [number[], ...Column[]] {
  const columns: Column[] = [points.value.map((progress) => pick(progress).sparse)];
  if (settings.value.dense) columns.push(points.value.map((progress) => pick(progress).dense ?? null));
  return [steps.value, ...columns];
}
