import type {Distribution} from '../types.ts';

/** The same density in every layer. */
export function uniform(): Distribution {
  return (layers, density) => layers.map(() => density);
}
