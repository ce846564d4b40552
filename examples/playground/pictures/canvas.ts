const dark = matchMedia('(prefers-color-scheme: dark)');
const known = new Map<string, string>();
dark.addEventListener('change', () => known.clear());

/** A colour of the style sheet, as the current theme has it. */
export function color(name: string): string {
  const found = known.get(name);
  if (found) return found;
  const probe = document.createElement('span');
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const resolved = getComputedStyle(probe).color;
  probe.remove();
  known.set(name, resolved);
  return resolved;
}

/** Calls a function when the page gets another theme. @returns what ends that */
export function onTheme(redraw: () => void): () => void {
  dark.addEventListener('change', redraw);
  return () => dark.removeEventListener('change', redraw);
}

/** A canvas as large as its place in the page, in CSS pixels, sharp on every screen, and cleared. */
export function prepare(canvas: HTMLCanvasElement): {context: CanvasRenderingContext2D; width: number; height: number} {
  const {clientWidth: width, clientHeight: height} = canvas;
  canvas.width = Math.round(width * devicePixelRatio);
  canvas.height = Math.round(height * devicePixelRatio);
  const context = canvas.getContext('2d')!;
  context.scale(devicePixelRatio, devicePixelRatio);
  return {context, width, height};
}

/** The red, green and blue of a colour that {@link color} gave. */
export function channels(resolved: string): readonly number[] {
  return (resolved.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number);
}
