import {color, prepare, redrawOnChange} from './canvas.ts';

const PIXELS = 28;

/** A picture of how many connections each input pixel has: the more, the darker (in the dark theme, the brighter). */
export interface InputMap {
  /** @param connections  `[28 · 28]` */
  draw(connections: readonly number[]): void;
}

/** Makes an input map of a canvas. */
export function inputMap(canvas: HTMLCanvasElement): InputMap {
  let connections: readonly number[] = [];

  function draw(): void {
    const {context, width, height} = prepare(canvas);
    const cell = Math.floor(Math.min(width, height) / PIXELS);
    const left = Math.floor((width - cell * PIXELS) / 2);
    const top = Math.floor((height - cell * PIXELS) / 2);
    const most = Math.max(1, ...connections);
    context.strokeStyle = color('rule');
    context.strokeRect(left - 0.5, top - 0.5, cell * PIXELS + 1, cell * PIXELS + 1);
    context.fillStyle = color('accent');
    connections.forEach((count, pixel) => {
      context.globalAlpha = count / most;
      context.fillRect(left + (pixel % PIXELS) * cell, top + Math.floor(pixel / PIXELS) * cell, cell, cell);
    });
  }

  redrawOnChange(canvas, draw);
  return {
    draw(next) {
      connections = next;
      draw();
    },
  };
}
