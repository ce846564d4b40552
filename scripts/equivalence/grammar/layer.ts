import {Code, type Options, sourceOf} from '../code.ts';
import type {Dice} from '../dice.ts';

/** Shape of a tensor without the batch. */
export type Shape = readonly number[];

/** A layer as source: a function that makes it, and its options. */
export interface LayerCode {
  readonly factory: string;
  readonly options: Options;
  /** A function of scripts that changes the layer. */
  readonly wrapper?: string;
}

/** A kind of layer: from dice to a layer that takes inputs of a shape; undefined if it takes none of that shape. */
export type LayerKind = (shape: Shape, dice: Dice) => LayerCode | undefined;

export function layerSource({factory, options, wrapper}: LayerCode, more: Options = {}): string {
  const source = `${factory}(${sourceOf({...options, ...more})})`;
  return wrapper ? `${wrapper}(${source})` : source;
}

export const asCode = (layer: LayerCode, more?: Options): Code => new Code(layerSource(layer, more));
