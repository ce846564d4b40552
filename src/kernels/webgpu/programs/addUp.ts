import type {GpuProgram} from '../gpu.ts';
import {CHUNK} from '../sumIndex.ts';

/**
 * Adds up what the connections gather: for each piece of a chunk the partial sums of all lanes, `[pieces, lanes]`.
 *
 * A lane is four samples of one output pixel. A worker is a row of threads, one per lane, with one chunk: they walk its
 * connections together, read one weight and neighbouring samples of one source channel for each, and write a partial sum where a
 * row of connections or the chunk ends. No barriers, no atomics.
 */
export const addUp: GpuProgram = {
  name: 'addUp',
  inputs: {index: 'i32', values: 1, source: 4},
  output: 4,
  uniforms: [
    'connections',
    'slotsAt',
    'chunksAt',
    'chunks',
    'chunkGroups',
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
      let laneGroup = group / uniforms.chunkGroups;
      let chunk = (group - laneGroup * uniforms.chunkGroups) * THREADS.y + i32(localId.y);
      let lane = laneGroup * THREADS.x + i32(localId.x);
      if (chunk >= uniforms.chunks || lane >= uniforms.lanes) {
        return;
      }
      let pixel = lane / uniforms.quads;
      let y = pixel / uniforms.columns;
      let x = pixel - y * uniforms.columns;
      let sourcePixel = y * uniforms.stepY * uniforms.stagedWidth + x * uniforms.stepX;
      let first = sourcePixel * uniforms.quads + lane - pixel * uniforms.quads;

      var piece = index[uniforms.chunksAt + chunk];
      var sum = vec4<f32>();
      var isOpen = false;
      let end = min((chunk + 1) * ${CHUNK}, uniforms.connections);
      for (var at = chunk * ${CHUNK}; at < end; at++) {
        var slot = at;
        if (uniforms.slotsAt > 0) {
          slot = index[uniforms.slotsAt + at];
        }
        let entry = index[at];
        let offset = entry ^ (entry >> 31u);
        sum += values[slot] * source[first + offset * uniforms.quads];
        isOpen = entry >= 0;
        if (!isOpen) {
          result[piece * uniforms.lanes + lane] = sum;
          piece++;
          sum = vec4<f32>();
        }
      }
      if (isOpen) {
        result[piece * uniforms.lanes + lane] = sum;
      }
    }`,
};
