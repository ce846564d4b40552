import {checkKind} from '../topology/checkKind.ts';
import type {Criterion} from './types.ts';

/** Which scores a user of a criterion needs, in the words of messages. */
const SCORES = {active: 'active connections', all: 'all positions'} as const;

/**
 * Throws unless a criterion has such scores.
 *
 * @param where   the function that the user called
 * @param advice  what to use instead, as a sentence
 * @throws TypeError if it is no criterion, or has none
 */
export function checkCriterion(where: string, criterion: Criterion, scores: keyof typeof SCORES, advice: string): void {
  checkKind(where, 'criterion', 'an object', criterion, advice);
  if (typeof criterion[scores] === 'function') return;
  throw new TypeError(
    `${where}: criterion must have scores of ${SCORES[scores]}, received ${criterion.name}, which has none. ${advice}`,
  );
}
