import type {Block} from '../../kernels/wasm/blocks.ts';
import type {ProductStep} from '../plan.ts';
import type {Call, Phase} from '../program.ts';
import type {Context} from './context.ts';

/** How the products of a layer are computed. */
export interface ProductForm {
  /** What `forward` needs of the values, made where the gradient of the kernel will be. */
  prepare(context: Context, step: ProductStep): Phase;
  forward(context: Context, step: ProductStep, block: Block): Call[];
  /** @param isFirst  the gradient of the input is written, else added to what is there */
  inputGradient(context: Context, step: ProductStep, block: Block, isFirst: boolean): Call[];
  kernelGradient(context: Context, step: ProductStep): Phase;
}
