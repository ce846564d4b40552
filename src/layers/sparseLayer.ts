import type * as tf from '@tensorflow/tfjs';
import type {SparseWeight} from '../weights/sparseWeight.ts';
import type {StockKernelLayer} from './stockLayers.ts';

/** A layer whose kernel is sparse, whichever copy of this library has made it. */
export interface SparseLayer extends StockKernelLayer {
  /** Values and topology of the kernel. */
  readonly sparseWeight: SparseWeight;
}

/** What the class of a sparse layer says of itself, to every copy of this library in the process. */
interface Brand {
  /** Changes when what copies use of each other's layers does. */
  readonly format: number;
  /** Name of the stock class that the layer stands for. */
  readonly stockName: string;
}

/** Copies of this library, an ES module and a CommonJS one for instance, have classes of their own but share this symbol. */
const BRAND = Symbol.for('itop.sparse');
const FORMAT = 1;

/** Makes a class known as one of sparse layers. */
export function brandSparse(layerClass: {readonly prototype: object}, stockName: string): void {
  const brand: Brand = {format: FORMAT, stockName};
  Object.defineProperty(layerClass.prototype, BRAND, {value: brand});
}

/**
 * True for sparse layers, those of subclasses and of other copies of this library included.
 *
 * @throws Error if the copy that made the layer is of a version that this one cannot work with
 */
export function isSparseLayer(layer: tf.layers.Layer): layer is SparseLayer {
  const brand = brandOf(layer);
  if (brand && brand.format !== FORMAT) {
    throw new Error(
      `itop: layers must be of one version of the library, received "${layer.name}" of format ${brand.format} in a copy of ` +
        `format ${FORMAT}. Install one version of itop only.`,
    );
  }
  return brand !== undefined;
}

/** Name of the stock class of a sparse layer whose class is exactly that of a copy of this library, not a subclass of it. */
export function stockNameOf(layer: tf.layers.Layer): string | undefined {
  return Object.hasOwn(Object.getPrototypeOf(layer), BRAND) ? brandOf(layer)!.stockName : undefined;
}

function brandOf(layer: tf.layers.Layer): Brand | undefined {
  return (layer as {[BRAND]?: Brand})[BRAND];
}
