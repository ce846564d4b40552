import {describe, expect, it} from 'vitest';
import {drawStroke, smoothPath} from '../../src/data/drawStroke.ts';

describe('smoothPath', () => {
  it('goes through every point', () => {
    const path = [...smoothPath(Float64Array.of(0, 0, 10, 5, 20, 0))];
    expect(path.slice(0, 2)).toEqual([0, 0]);
    expect(path.slice(12, 14)).toEqual([10, 5]);
    expect(path.slice(24)).toEqual([20, 0]);
  });

  it('comes straight into a point that is written twice, and leaves it straight', () => {
    const path = smoothPath(Float64Array.of(0, 0, 10, 0, 10, 0, 10, 10));
    for (let i = 0; i < path.length; i += 2) expect(path[i] === 10 || path[i + 1] === 0).toBe(true);
  });
});

describe('drawStroke', () => {
  it('inks the pixels within the radius fully and fades over the soft edge', () => {
    // A horizontal line at y = 4, radius 1, edge 1 wide around it: full up to 0.5, a half at 1, none from 1.5.
    const ink = new Float32Array(81);
    drawStroke(ink, 9, Float64Array.of(1, 4, 7, 4), {radius: 1, softness: 1});
    const column = Array.from({length: 9}, (_, y) => ink[y * 9 + 4]);
    expect(column).toEqual([0, 0, 0, 0.5, 1, 0.5, 0, 0, 0]);
  });

  it('cuts off what lies outside the image', () => {
    const ink = new Float32Array(9);
    drawStroke(ink, 3, Float64Array.of(-50, 1, 50, 1), {radius: 0.5, softness: 1});
    expect([...ink]).toEqual([0, 0, 0, 1, 1, 1, 0, 0, 0]);
  });
});
