/**
 * The loops of sparse layers in WebAssembly SIMD (AssemblyScript, compiled by scripts/buildKernels.ts).
 *
 * Activations go through in *blocks* of up to 32 samples. A block is feature-major, `[features, stride]`: a row holds one
 * feature of all samples of the block, stride is their number rounded up to a multiple of 4, columns beyond them are 0. So a
 * connection is one multiply-add of two rows, and a row of a full block stays in eight registers. A convolution is, for each
 * output pixel, the product of a dense layer whose inputs lie at fixed distances from the pixel's place in the padded image
 * `[h, w, channels, stride]`.
 *
 * Pointers are byte addresses of float32 or int32 arrays in the imported memory. No array or string of AssemblyScript is used,
 * so the module has no data and no heap of its own and may live in anybody's memory. Loops over rows take the range
 * `begin … end - 1`, so that several threads can share a product; no result depends on how rows are divided.
 */

export * from './blocks';
export * from './convolution';
export * from './dense';
export {addDots, addOuter} from './dots';
export * from './elementwise';
export {multiply, multiplySample, multiplyTiles} from './multiply';
export * from './normalization';
export * from './optimizers';
export * from './pooling';
export {addStrips, fillHalo, foldHalo} from './strips';
