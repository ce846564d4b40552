/** Straight pieces per pair of neighbouring points. */
const PIECES = 6;

/** The pen that draws a stroke. */
export interface Pen {
  /** Half the width of the line, in pixels. */
  readonly radius: number;
  /** Width of the soft edge, in pixels. */
  readonly softness: number;
}

/**
 * Draws a smooth stroke into a greyscale image, anti-aliased; where strokes overlap, the stronger ink counts.
 *
 * @param ink     `[size, size]`, row-major: ink of each pixel in [0, 1]; written to
 * @param points  `x0, y0, x1, y1, …` in pixels; the pen turns sharply where a point comes twice
 */
export function drawStroke(ink: Float32Array, size: number, points: Float64Array, pen: Pen): void {
  const path = smoothPath(points);
  for (let i = 2; i < path.length; i += 2) drawPiece(ink, size, path, i, pen);
}

/** A Catmull-Rom spline through the points, as a polyline. */
export function smoothPath(points: Float64Array): Float64Array {
  const path: number[] = [points[0], points[1]];
  const last = points.length - 2;
  for (let i = 0; i < last; i += 2) {
    if (points[i] === points[i + 2] && points[i + 1] === points[i + 3]) continue;
    const before = Math.max(0, i - 2);
    const after = Math.min(last, i + 4);
    for (let piece = 1; piece <= PIECES; piece++) {
      for (let axis = 0; axis < 2; axis++) {
        path.push(
          catmullRom(
            points[before + axis],
            points[i + axis],
            points[i + 2 + axis],
            points[after + axis],
            piece / PIECES,
          ),
        );
      }
    }
  }
  return Float64Array.from(path);
}

function catmullRom(before: number, from: number, to: number, after: number, t: number): number {
  const slope = to - before;
  const bend = 2 * before - 5 * from + 4 * to - after;
  const twist = 3 * (from - to) + after - before;
  return from + 0.5 * t * (slope + t * (bend + t * twist));
}

/** Inks every pixel within reach of the straight piece of the path that ends at the point with index `end`. */
function drawPiece(ink: Float32Array, size: number, path: Float64Array, end: number, {radius, softness}: Pen): void {
  const x0 = path[end - 2];
  const y0 = path[end - 1];
  const x1 = path[end];
  const y1 = path[end + 1];
  const reach = radius + softness / 2;
  const dx = x1 - x0;
  const dy = y1 - y0;
  const lengthSquared = dx * dx + dy * dy;
  const left = Math.max(0, Math.ceil(Math.min(x0, x1) - reach));
  const right = Math.min(size - 1, Math.floor(Math.max(x0, x1) + reach));
  const top = Math.max(0, Math.ceil(Math.min(y0, y1) - reach));
  const bottom = Math.min(size - 1, Math.floor(Math.max(y0, y1) + reach));
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const along = lengthSquared === 0 ? 0 : ((x - x0) * dx + (y - y0) * dy) / lengthSquared;
      const nearest = Math.min(1, Math.max(0, along));
      const awayX = x - x0 - nearest * dx;
      const awayY = y - y0 - nearest * dy;
      const distance = Math.sqrt(awayX * awayX + awayY * awayY);
      const strength = Math.min(1, (reach - distance) / softness);
      const pixel = y * size + x;
      if (strength > ink[pixel]) ink[pixel] = strength;
    }
  }
}
