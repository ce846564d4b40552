import {checkKind} from '../topology/checkKind.ts';

/**
 * Throws unless a strategy is an object with one of these methods: the function that makes it was called.
 *
 * @param where    the function that the user called
 * @param name     of the argument or option
 * @param example  one that fits, for the message
 * @throws TypeError if it is something else, or missing
 */
export function checkStrategy(
  where: string,
  name: string,
  strategy: unknown,
  example: string,
  ...methods: readonly string[]
): void {
  const advice = `Pass ${example}, or an object of yours with ${methods.join('() or ')}().`;
  checkKind(where, name, 'an object', strategy, advice);
  const given = strategy as Record<string, unknown>;
  const method = methods.find((each) => given[each] !== undefined) ?? methods[0];
  checkKind(where, `${name}.${method}`, 'a function', given[method], advice);
}
