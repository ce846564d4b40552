import * as tf from '@tensorflow/tfjs';

/** What `fit` and `fitDataset` take as callbacks: those of tfjs, and plain objects with some of their methods. */
type GivenCallback = tf.Callback | tf.CustomCallbackArgs;
type Training = Pick<tf.ModelFitArgs, 'callbacks' | 'yieldEvery'>;

let isInstalled = false;

/** The scheduler that each callback of this library steps. */
const steppedBy = new WeakMap<object, object>();

/** Says which scheduler a callback steps, where `fit` is to know. */
export function setStepped(callback: tf.Callback, scheduler: object): void {
  steppedBy.set(callback, scheduler);
}

/**
 * Lets plain objects stand beside the callbacks of this library in `fit` and `fitDataset`, in any order, and refuses what would train
 * otherwise than it says, from the first call on.
 *
 * tfjs takes a list of its callbacks or a list of plain objects. Of a mixed one it calls methods that the objects do not have, or
 * takes the methods of the callbacks off their objects. Of what is no callback it finds no methods to call, and says nothing.
 */
export function takePlainCallbacks(): void {
  if (isInstalled) return;
  isInstalled = true;
  const prototype = tf.LayersModel.prototype;
  const {fit, fitDataset} = prototype;
  prototype.fit = async function (x, y, args) {
    return fit.call(this, x, y, withWrapped(args));
  };
  prototype.fitDataset = async function (dataset, args) {
    return fitDataset.call(this, dataset as never, withWrapped(args) as never);
  };
}

/** The same arguments, with plain objects made callbacks of tfjs where they stand beside one of ours. */
function withWrapped<Args extends Training | undefined>(args: Args): Args {
  const callbacks: readonly unknown[] = args?.callbacks ? [args.callbacks].flat() : [];
  checkCalled(callbacks);
  const own = (callbacks as GivenCallback[]).filter((callback) => steppedBy.has(callback));
  if (own.length === 0) return args;
  checkOnce(own);
  const wrapped = (callbacks as GivenCallback[]).map((callback) =>
    'setParams' in callback ? callback : new tf.CustomCallback(callback, args!.yieldEvery),
  );
  return {...args, callbacks: wrapped};
}

/** Throws if a scheduler or a log stands where its callback should: it would never be stepped. */
function checkCalled(callbacks: readonly unknown[]): void {
  for (const given of callbacks) {
    const {callback, step} = Object(given) as Record<string, unknown>;
    const isScheduler = typeof callback === 'function' && typeof step === 'function';
    if (!isScheduler && !(typeof given === 'function' && given.name === 'callback')) continue;
    throw new TypeError(
      `fit: callbacks must be callbacks, received ${isScheduler ? 'a scheduler or log' : 'the function callback'} itself. ` +
        'Write callbacks: [scheduler.callback()].',
    );
  }
}

/** Throws if two callbacks step the same scheduler: it would count every step twice. */
function checkOnce(own: readonly GivenCallback[]): void {
  const schedulers = own.map((callback) => steppedBy.get(callback));
  if (new Set(schedulers).size === own.length) return;
  throw new TypeError(
    'fit: callbacks must step each scheduler once, received two of one. That of a log steps its scheduler: leave ' +
      "the scheduler's own out.",
  );
}
