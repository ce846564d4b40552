import {fileURLToPath} from 'node:url';
import * as tf from '@tensorflow/tfjs';
import {fileSystem} from './fileSystem.ts';

/** Marks the engine of a tfjs that has our routers already, also for another copy of this library. */
const REGISTERED = Symbol.for('itop.file');

/**
 * Lets `model.save('file://folder')` and `tf.loadLayersModel('file://folder/model.json')` go to {@link fileSystem}, unless another
 * package, such as tfjs-node, answers to `file://`.
 */
export function registerFileScheme(): void {
  const engine = tf.engine() as {[REGISTERED]?: boolean};
  if (engine[REGISTERED]) return;
  engine[REGISTERED] = true;
  tf.io.registerSaveRouter(routerBeside((url) => tf.io.getSaveHandlers(url)));
  tf.io.registerLoadRouter(routerBeside((url) => tf.io.getLoadHandlers(url)));
}

/** A router that gives way to all others. @param others  asks all routers, this one too */
function routerBeside(others: (url: string) => tf.io.IOHandler[]): (url: string | string[]) => tf.io.IOHandler {
  let isAsking = false;
  const none = null as never; // as tfjs has it, though not in its types
  return (url) => {
    if (isAsking || typeof url !== 'string' || !url.startsWith('file://')) return none;
    isAsking = true;
    try {
      return others(url).length > 0 ? none : fileSystem(toPath(url));
    } finally {
      isAsking = false;
    }
  };
}

/** `file:///tmp/my%20model` is a URL, `file://models/sparse` the way of tfjs to write a path. */
function toPath(url: string): string {
  if (!url.startsWith('file:///')) return url.slice('file://'.length);
  try {
    return fileURLToPath(url);
  } catch (cause) {
    throw new Error(
      `file://: an address with three slashes must be a URL, received "${url}": ${(cause as Error).message}. ` +
        'Write % as %25, or pass fileSystem(path) of itop/node.',
      {cause},
    );
  }
}
