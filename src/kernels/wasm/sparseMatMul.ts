import {kernelNames, type SparseMatMulAttrs} from '../../ops/kernelNames.ts';
import {type Block, blocksOf, widestStride} from './blocks.ts';
import {type Frame, rowIndex} from './frame.ts';
import {tiledIndex} from './tiledIndex.ts';
import {floorOf, type WasmKernel} from './wasmKernel.ts';

/**
 * The products of a sparse dense layer on the WebAssembly loops.
 *
 * Block by block, operands are transposed to feature-major and the result back, so that a connection is one multiply-add of
 * two rows of samples; but for a forward product of one or two samples. Scratch: one block of each operand and of the result, and for the forward product the values in the
 * order of the transposed index.
 */

/** So few samples go one by one: a block would hardly be filled. */
const FEW = 2;

export const forward: WasmKernel<SparseMatMulAttrs> = {
  kernelName: kernelNames.sparseMatMul,
  run(frame, {x, values, bias}, {topology, activation}) {
    const {kernels} = frame;
    const {rows, cols, nnz} = topology;
    const [batch] = x.shape;
    const y = frame.output([batch, cols]);
    const source = frame.input(x);
    const biasAddress = bias ? frame.input(bias) : 0;
    if (batch <= FEW) {
      const [ptr, idx] = rowIndex(frame, topology);
      const weights = frame.input(values);
      for (let sample = 0; sample < batch; sample++) {
        const [from, to] = [source + 4 * sample * rows, y.address + 4 * sample * cols];
        kernels.multiplySample(ptr, idx, weights, from, to, rows, cols, biasAddress, floorOf(activation));
      }
      return y.toTensor();
    }
    const {ptr, tiles, idx, slots} = tiledIndex(frame, topology);
    const weights = frame.scratch(nnz);
    const [xBlock, yBlock] = [blockRoom(frame, rows, batch), blockRoom(frame, cols, batch)];
    kernels.gather(frame.input(values), slots, weights, 0, nnz);
    for (const block of blocksOf(batch)) {
      load(frame, source, rows, block, xBlock);
      const {stride} = block;
      kernels.multiplyTiles(ptr, tiles, idx, weights, xBlock, yBlock, cols, stride, biasAddress, floorOf(activation));
      store(frame, yBlock, cols, block, y.address);
    }
    return y.toTensor();
  },
};

export const backpropInput: WasmKernel<SparseMatMulAttrs> = {
  kernelName: kernelNames.sparseMatMulBackpropInput,
  run(frame, {dy, values}, {topology}) {
    const {rows, cols} = topology;
    const [batch] = dy.shape;
    const dx = frame.output([batch, rows]);
    const [ptr, idx] = rowIndex(frame, topology);
    const weights = frame.input(values);
    const source = frame.input(dy);
    const [dyBlock, dxBlock] = [blockRoom(frame, cols, batch), blockRoom(frame, rows, batch)];
    for (const block of blocksOf(batch)) {
      load(frame, source, cols, block, dyBlock);
      frame.kernels.multiply(ptr, idx, weights, dyBlock, dxBlock, 0, rows, block.stride, 0, floorOf());
      store(frame, dxBlock, rows, block, dx.address);
    }
    return dx.toTensor();
  },
};

export const backpropValues: WasmKernel<SparseMatMulAttrs> = {
  kernelName: kernelNames.sparseMatMulBackpropValues,
  run(frame, {x, dy}, {topology}) {
    const {rows, cols, nnz} = topology;
    const [batch] = x.shape;
    const dValues = frame.output([nnz]);
    const [ptr, idx] = rowIndex(frame, topology);
    const [xSource, dySource] = [frame.input(x), frame.input(dy)];
    const [xBlock, dyBlock] = [blockRoom(frame, rows, batch), blockRoom(frame, cols, batch)];
    frame.kernels.clear(dValues.address, nnz);
    for (const block of blocksOf(batch)) {
      load(frame, xSource, rows, block, xBlock);
      load(frame, dySource, cols, block, dyBlock);
      frame.kernels.addDots(ptr, idx, xBlock, 0, dyBlock, dValues.address, 0, rows, block.stride);
    }
    return dValues.toTensor();
  },
};

function blockRoom(frame: Frame, features: number, batch: number): number {
  return frame.scratch(features * widestStride(batch));
}

/** Takes a block out of `[batch, features]`. */
function load({kernels}: Frame, source: number, features: number, {begin, count, stride}: Block, room: number): void {
  kernels.loadBlock(source + 4 * begin * features, features, count, features, room, stride);
}

/** Puts a block into `[batch, features]`. */
function store({kernels}: Frame, room: number, features: number, {begin, count, stride}: Block, target: number): void {
  kernels.storeBlock(room, stride, count, features, target + 4 * begin * features, features);
}
