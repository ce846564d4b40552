import type {GpuProgram} from '../gpu.ts';

/** Connections whose numbers a thread asks for before it waits for the first. */
const AHEAD = 8;
/** The same at the end of a piece, where some may be missing. */
const REST = 4;

/** For connections whose values lie in their order. */
export const addUp: GpuProgram = addUpWith('addUp', (at) => at);

/** For connections in another order than their values. */
export const addUpBySlot: GpuProgram = addUpWith('addUpBySlot', (at) => `index[uniforms.slotsAt + ${at}]`);

/**
 * Adds up what the connections gather: for each piece of a row the partial sums of all lanes, `[pieces, lanes]`.
 *
 * A lane is four samples of one output pixel. A worker is a row of threads, one per lane, with one piece: they walk its
 * connections together, read one weight and neighbouring samples of one source channel for each, several connections at a
 * time, and write one sum. No barriers, no atomics.
 */
function addUpWith(name: string, slotOf: (at: string) => string): GpuProgram {
  const each = (count: number, line: (i: number) => string) =>
    Array.from({length: count}, (_, i) => line(i)).join('\n        ');
  const load = (count: number, placeOf: (i: number) => string) => `
        ${each(count, (i) => `let at${i} = ${placeOf(i)};`)}
        ${each(count, (i) => `let numbers${i} = source[first + index[at${i}] * uniforms.quads];`)}
        ${each(count, (i) => `let value${i} = values[${slotOf(`at${i}`)}];`)}`;
  return {
    name,
    inputs: {index: 'i32', values: 1, source: 4},
    output: 4,
    uniforms: [
      'slotsAt',
      'piecesAt',
      'pieces',
      'pieceGroups',
      'lanes',
      'quads',
      'columns',
      'stepY',
      'stepX',
      'stagedWidth',
    ],
    code: `
    fn main() {
      let group = groupIndex();
      let laneGroup = group / uniforms.pieceGroups;
      let piece = (group - laneGroup * uniforms.pieceGroups) * THREADS.y + i32(localId.y);
      let lane = laneGroup * THREADS.x + i32(localId.x);
      if (piece >= uniforms.pieces || lane >= uniforms.lanes) {
        return;
      }
      let pixel = lane / uniforms.quads;
      let y = pixel / uniforms.columns;
      let x = pixel - y * uniforms.columns;
      let sourcePixel = y * uniforms.stepY * uniforms.stagedWidth + x * uniforms.stepX;
      let first = sourcePixel * uniforms.quads + lane - pixel * uniforms.quads;

      let end = index[uniforms.piecesAt + piece + 1];
      var at = index[uniforms.piecesAt + piece];
      var sum = vec4<f32>();
      for (; at + ${AHEAD} <= end; at += ${AHEAD}) {
        ${load(AHEAD, (i) => `at + ${i}`)}
        ${each(AHEAD, (i) => `sum += value${i} * numbers${i};`)}
      }
      for (; at < end; at += ${REST}) {
        ${load(REST, (i) => `min(at + ${i}, end - 1)`)}
        ${each(REST, (i) => `sum += select(vec4<f32>(), value${i} * numbers${i}, at + ${i} < end);`)}
      }
      result[piece * uniforms.lanes + lane] = sum;
    }`,
  };
}
