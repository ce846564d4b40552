import {describeValue} from '../../topology/describeValue.ts';
import type {Reparameterization, SavedReparameterization} from '../reparameterization.ts';

/** Makes a reparameterization of the options in a config. */
export type MakeReparameterization = (options: never) => Reparameterization;

const known = new Map<string, MakeReparameterization>();

/**
 * Makes a reparameterization known, so that layers with it can be loaded and copied. Those of the library are known where `itop` is
 * imported; a bundle holds, and knows, only those that it uses.
 */
export function registerReparameterization(name: string, make: MakeReparameterization): void {
  if (typeof name !== 'string' || typeof make !== 'function') {
    throw new TypeError(
      `registerReparameterization: name and make must be a string and a function, received ${describeValue(name)} and ` +
        `${describeValue(make)}. Write registerReparameterization('mine', (options) => mine(options)).`,
    );
  }
  known.set(name, make);
}

/**
 * One that is given as it is, or as a config holds it.
 *
 * @throws Error if its name is not registered
 */
export function resolveReparameterization(given: SavedReparameterization | Reparameterization): Reparameterization {
  if ('apply' in given) {
    if (known.has(given.name)) return given;
  } else if (known.has(given?.name)) return known.get(given.name)!(given.options as never);
  const name = typeof given?.name === 'string' ? given.name : 'mine';
  throw new Error(
    `reparameterization: name must be ${[...known.keys()].join(', ') || 'that of one that is known'}, received ${describeValue(given?.name)}. ` +
      `Before the model is made or loaded write registerReparameterization('${name}', ${name}), both imported from 'itop' unless it is your own.`,
  );
}
