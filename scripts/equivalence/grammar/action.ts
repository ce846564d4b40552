import type {Dice} from '../dice.ts';
import type {Model} from './model.ts';

/**
 * A kind of action: lines of a function body, of which the last may return something to compare. Undefined if there is nothing
 * that it could do.
 *
 * @param other  the script's other model, if it has one
 */
export type ActionKind = (model: Model, dice: Dice, other?: Model) => readonly string[] | undefined;
