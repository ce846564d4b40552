import * as tf from '@tensorflow/tfjs';

/** What `fit` and `fitDataset` take as callbacks: those of tfjs, and plain objects with some of their methods. */
type GivenCallback = tf.Callback | tf.CustomCallbackArgs;
type Training = Pick<tf.ModelFitArgs, 'callbacks' | 'yieldEvery'>;

let isInstalled = false;

/**
 * Lets plain objects stand beside the callbacks of this library in `fit` and `fitDataset`, in any order, from the first call on.
 *
 * tfjs takes a list of its callbacks or a list of plain objects. Of a mixed one it calls methods that the objects do not have, or
 * takes the methods of the callbacks off their objects.
 *
 * @param isOwn  true for the callbacks of this library: other lists stay as they are
 */
export function takePlainCallbacks(isOwn: (callback: object) => boolean): void {
  if (isInstalled) return;
  isInstalled = true;
  const prototype = tf.LayersModel.prototype;
  const {fit, fitDataset} = prototype;
  prototype.fit = function (x, y, args) {
    return fit.call(this, x, y, withWrapped(args, isOwn));
  };
  prototype.fitDataset = function (dataset, args) {
    return fitDataset.call(this, dataset as never, withWrapped(args, isOwn) as never);
  };
}

/** The same arguments, with plain objects made callbacks of tfjs where they stand beside one of ours. */
function withWrapped<Args extends Training | undefined>(args: Args, isOwn: (callback: object) => boolean): Args {
  const callbacks = args?.callbacks;
  if (!Array.isArray(callbacks) || !callbacks.some(isOwn)) return args;
  const wrapped = (callbacks as GivenCallback[]).map((callback) =>
    'setParams' in callback ? callback : new tf.CustomCallback(callback, args!.yieldEvery),
  );
  return {...args, callbacks: wrapped};
}
