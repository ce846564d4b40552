import {color, prepare, redrawOnChange} from './canvas.ts';

const MARGIN = {top: 8, right: 8, bottom: 22, left: 36};
const INTERVALS = 4;

/** A curve over the steps of a training. */
export interface LineChart {
  /** Draws the curve through these values, the first at step 1. */
  draw(values: readonly number[], steps: number): void;
}

/**
 * Makes a line chart of a canvas.
 *
 * @param top  the value at the upper edge; the axis begins at 0
 */
export function lineChart(canvas: HTMLCanvasElement, top: number): LineChart {
  let values: readonly number[] = [];
  let steps = 1;

  function draw(): void {
    const {context, width, height} = prepare(canvas);
    const right = width - MARGIN.right;
    const bottom = height - MARGIN.bottom;
    const x = (step: number) => MARGIN.left + (step / steps) * (right - MARGIN.left);
    const y = (value: number) => bottom - (Math.min(value, top) / top) * (bottom - MARGIN.top);

    context.strokeStyle = color('rule');
    context.fillStyle = color('faint');
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    for (let i = 0; i <= INTERVALS; i++) {
      const value = (top * i) / INTERVALS;
      const level = Math.round(y(value)) + 0.5;
      context.beginPath();
      context.moveTo(MARGIN.left, level);
      context.lineTo(right, level);
      context.stroke();
      context.fillText(value.toFixed(2), MARGIN.left - 7, level);
    }
    context.textBaseline = 'alphabetic';
    context.fillText(values.length === 0 ? 'steps' : `${steps} steps`, right, height - 5);
    context.textAlign = 'left';
    context.fillText('0', MARGIN.left, height - 5);

    context.beginPath();
    context.strokeStyle = color('accent');
    context.lineWidth = 2;
    context.lineJoin = 'round';
    values.forEach((value, i) => {
      context.lineTo(x(i + 1), y(value));
    });
    context.stroke();
  }

  redrawOnChange(canvas, draw);
  return {
    draw(nextValues, nextSteps) {
      values = nextValues;
      steps = nextSteps;
      draw();
    },
  };
}
