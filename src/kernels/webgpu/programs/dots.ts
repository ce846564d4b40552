import type {GpuProgram} from '../gpu.ts';

/** Connections of a workgroup, as many as its threads. */
export const DOTS = 64;
/** Most threads that share a dot product. */
export const DOT_THREADS = 8;

/**
 * The gradient of the values: for each connection the dot product of its staged source and its staged output's gradient over
 * all lanes, or over the part of them that a split has, `[splits, nnz]`.
 *
 * A row of up to eight threads shares a connection and reads neighbouring lanes of both; what they have is added up in the
 * workgroup's memory, and written by slot. Every workgroup has as many connections, whatever rows they are in.
 */
export const dots: GpuProgram = {
  name: 'dots',
  inputs: {index: 'i32', source: 4, gradient: 4},
  output: 1,
  uniforms: [
    'connections',
    'slotGroups',
    'splits',
    'splitLanes',
    'lanes',
    'quads',
    'columns',
    'stepY',
    'stepX',
    'stagedWidth',
  ],
  code: `
    var<workgroup> sums : array<array<f32, ${DOTS}>, ${DOT_THREADS}>;

    fn main() {
      let group = groupIndex();
      let split = group / uniforms.slotGroups;
      let firstSlot = (group - split * uniforms.slotGroups) * ${DOTS};
      let threads = THREADS.x;
      let thread = i32(localId.x);

      let begin = split * uniforms.splitLanes + thread;
      let end = min((split + 1) * uniforms.splitLanes, uniforms.lanes);
      let pixel = begin / uniforms.quads;
      let firstY = pixel / uniforms.columns;
      let firstX = pixel - firstY * uniforms.columns;
      let firstQuad = begin - pixel * uniforms.quads;
      let sourcePixel = firstY * uniforms.stepY * uniforms.stagedWidth + firstX * uniforms.stepX;
      // What the next pixel and the next row of pixels add to the place in the source.
      let nextPixel = (uniforms.stepX - 1) * uniforms.quads;
      let nextRow = (uniforms.stepY * uniforms.stagedWidth - uniforms.columns * uniforms.stepX) * uniforms.quads;

      for (var i = 0; i < threads; i++) {
        let local = i32(localId.y) * threads + i;
        let slot = firstSlot + local;
        var sum = 0.0;
        if (slot < uniforms.connections) {
          let gradientAt = index[uniforms.connections + slot] * uniforms.lanes;
          var at = (index[slot] + sourcePixel) * uniforms.quads + firstQuad;
          var quad = firstQuad;
          var x = firstX;
          for (var lane = begin; lane < end; lane += threads) {
            sum += dot(source[at], gradient[gradientAt + lane]);
            at += threads;
            quad += threads;
            while (quad >= uniforms.quads) {
              quad -= uniforms.quads;
              at += nextPixel;
              x++;
              if (x == uniforms.columns) {
                x = 0;
                at += nextRow;
              }
            }
          }
        }
        sums[thread][local] = sum;
      }
      workgroupBarrier();
      let local = i32(localIndex);
      let slot = firstSlot + local;
      if (split < uniforms.splits && slot < uniforms.connections) {
        var sum = 0.0;
        for (var i = 0; i < threads; i++) {
          sum += sums[i][local];
        }
        result[split * uniforms.connections + slot] = sum;
      }
    }`,
};
