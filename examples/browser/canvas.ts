/** A canvas as large as its place in the page, in CSS pixels, sharp on every screen, and cleared. */
export function prepare(canvas: HTMLCanvasElement): {context: CanvasRenderingContext2D; width: number; height: number} {
  const {clientWidth: width, clientHeight: height} = canvas;
  const scale = devicePixelRatio;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext('2d')!;
  context.scale(scale, scale);
  context.font = '12px system-ui, sans-serif';
  return {context, width, height};
}

/** A colour of the style sheet, as the current theme has it. */
export function color(name: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const resolved = getComputedStyle(probe).color;
  probe.remove();
  return resolved;
}

/** Calls `draw` again when the canvas gets another size or the page another theme. */
export function redrawOnChange(canvas: HTMLCanvasElement, draw: () => void): void {
  new ResizeObserver(draw).observe(canvas);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
}
