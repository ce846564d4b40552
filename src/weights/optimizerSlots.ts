import * as tf from '@tensorflow/tfjs';

/** The state that an optimizer keeps for one variable, for instance its momentum. */
export interface OptimizerSlot {
  readonly variable: tf.Variable;
  /** The value with which the optimizer starts a new element. */
  readonly initialValue: number;
  /** Puts another variable in its place, where the shape changes. */
  replace(variable: tf.Variable): void;
}

/** How tfjs optimizers store a slot; all lists of one optimizer are in the order of its variables. */
interface SlotEntry {
  readonly originalName: string;
  variable: tf.Variable;
}

/** The optimizers of tfjs, all of whose state per variable is held in lists of {@link SlotEntry}. */
const STOCK_OPTIMIZERS: readonly (abstract new (...args: never[]) => tf.Optimizer)[] = [
  tf.SGDOptimizer,
  tf.MomentumOptimizer,
  tf.AdagradOptimizer,
  tf.AdadeltaOptimizer,
  tf.AdamOptimizer,
  tf.AdamaxOptimizer,
  tf.RMSPropOptimizer,
];

/**
 * The slots that an optimizer holds for a variable; none before its first step.
 *
 * Stock optimizers and their subclasses are known, and so is any optimizer that keeps its state as they do, in lists of
 * `{originalName: '<variable>/<slot>', variable}`.
 *
 * @param variableName  `tf.Variable.name`
 * @throws Error if an unknown optimizer holds tensors in another form: they could not follow their connections
 */
export function slotsOf(optimizer: tf.Optimizer, variableName: string): OptimizerSlot[] {
  const initialValue = initialSlotValue(optimizer);
  const isStock = STOCK_OPTIMIZERS.some((stock) => optimizer instanceof stock);
  const slots: OptimizerSlot[] = [];
  for (const [field, value] of Object.entries(optimizer)) {
    if (isSlotList(value)) {
      for (const entry of value) {
        if (entry && variableOfSlot(entry) === variableName) {
          slots.push({
            variable: entry.variable,
            initialValue,
            replace: (variable) => {
              entry.variable = variable;
            },
          });
        }
      }
    } else if (!isStock && holdsTensors(value)) {
      throw new Error(
        `carry: optimizer must keep its state in lists of {originalName, variable}, received ${optimizer.getClassName()} ` +
          `with tensors in "${field}". Use an optimizer of tfjs, or store the state as they do.`,
      );
    }
  }
  return slots;
}

function initialSlotValue(optimizer: tf.Optimizer): number {
  // Adagrad divides by the root of its slot: a new connection starts with the optimizer's own initial value.
  return (optimizer as {initialAccumulatorValue?: number}).initialAccumulatorValue ?? 0;
}

function variableOfSlot(entry: SlotEntry): string {
  return entry.originalName.slice(0, entry.originalName.lastIndexOf('/'));
}

/** Entries may be missing: an optimizer fills its lists as gradients come in. */
function isSlotList(value: unknown): value is (SlotEntry | null | undefined)[] {
  return (
    Array.isArray(value) &&
    value.some((entry) => entry?.variable instanceof tf.Variable) &&
    value.every((entry) => entry == null || typeof entry.originalName === 'string')
  );
}

/** True for a tensor with more than one element, and for collections with one inside. */
function holdsTensors(value: unknown): boolean {
  if (value instanceof tf.Tensor) return value.size > 1;
  if (value instanceof Map || value instanceof Set) return [...value.values()].some(holdsTensors);
  if (Array.isArray(value)) return value.some(holdsTensors);
  if (value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.values(value).some(holdsTensors);
  }
  return false;
}
