import type {ComponentChildren} from 'preact';
import {useEffect, useRef} from 'preact/hooks';
import uPlot from 'uplot';
import {color, onTheme} from '../pictures/canvas.ts';

/** A curve: its colour is a variable of the style sheet. */
export interface Curve {
  readonly name: string;
  readonly color: string;
  readonly dashed?: boolean;
  /** How the legend writes its name. @defaultValue as it is */
  readonly label?: ComponentChildren;
  /** As text, beside the name. */
  readonly now?: string | undefined;
}

/** Curves over the steps: first the steps, then the values of each curve. */
export interface ChartProps {
  readonly title: string;
  readonly curves: readonly Curve[];
  readonly data: uPlot.AlignedData;
  readonly steps: number;
  /** The top of the axis, which begins at 0. @defaultValue as the data needs it */
  readonly top?: number;
}

const HEIGHT = 170;

/** A chart that is drawn again with its data; its legend says the present values, also to screen readers. */
export function LiveChart({title, curves, data, steps, top}: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const names = curves.map(({name}) => name).join();
  useEffect(() => {
    const width = () => Math.max(100, place.current!.clientWidth);
    const own = new uPlot(options(curves, width(), steps, top), data, place.current!);
    plot.current = own;
    const observer = new ResizeObserver(() => own.setSize({width: width(), height: HEIGHT}));
    observer.observe(place.current!);
    const stop = onTheme(() => own.redraw());
    return () => {
      stop();
      observer.disconnect();
      own.destroy();
    };
  }, [names, steps, top]);
  useEffect(() => plot.current?.setData(data), [data]);
  return (
    <figure class="card chart">
      <figcaption>
        <strong>{title}</strong>
        <span class="legend">
          {curves.map(({name, label = name, color, dashed, now}) => (
            <span key={name}>
              <i style={{borderTop: `2.5px ${dashed ? 'dashed' : 'solid'} var(--${color})`}} /> {label}{' '}
              <output>{now ?? '–'}</output>
            </span>
          ))}
        </span>
      </figcaption>
      <div class="plot" ref={place} role="img" aria-label={`${title} by step`} />
    </figure>
  );
}

function options(curves: readonly Curve[], width: number, steps: number, top: number | undefined): uPlot.Options {
  const axis: uPlot.Axis = {
    stroke: () => color('faint'),
    font: '11px system-ui, sans-serif',
    grid: {stroke: () => color('rule'), width: 1},
    ticks: {show: false},
  };
  return {
    width,
    height: HEIGHT,
    legend: {show: false},
    cursor: {show: false},
    padding: [8, 20, 0, 0],
    scales: {x: {time: false, range: [0, steps]}, y: {range: (_, __, most) => [0, top ?? Math.max(0.1, most * 1.05)]}},
    axes: [
      {...axis, size: 24, gap: 2},
      {...axis, size: 38, gap: 4},
    ],
    series: [
      {},
      ...curves.map((curve) => ({
        stroke: () => color(curve.color),
        width: 2,
        spanGaps: true,
        points: {show: false},
        ...(curve.dashed ? {dash: [6, 4]} : {}),
      })),
    ],
  };
}
