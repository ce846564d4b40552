import {describeValue} from '../topology/describeValue.ts';

/**
 * Throws unless a strategy has one of these methods; a function that makes one, not called, has none.
 *
 * @param where    the function that the user called
 * @param name     of the argument or option
 * @param example  one that fits, for the message
 * @throws TypeError if it has none, or is missing
 */
export function checkStrategy(
  where: string,
  name: string,
  strategy: unknown,
  example: string,
  ...methods: readonly string[]
): void {
  const given = strategy as Record<string, unknown> | undefined | null;
  if (methods.some((method) => typeof given?.[method] === 'function')) return;
  throw new TypeError(
    `${where}: ${name} must be an object with ${methods.join('() or ')}(), received ${describeValue(strategy)}. Pass ${example}.`,
  );
}
