import {DEFAULTS} from './planFields.ts';

/** A message without the function of the library that it comes from, which the planner has called, not the user. */
export function withoutFunction(message: string): string {
  return message.replace(/^\w+: /, '');
}

/** The same for the page, which has no fields for limits. */
export function withoutLimits(message: string): string {
  return withoutFunction(message).replace(/,? or (raise|pass a higher) (maxUpdates|maxKernels)[^.]*/, '');
}

/** The same for a command line, where fields are flags: `updateInterval` is `--update-interval`. */
export function withFlags(message: string): string {
  const text = withoutFunction(message);
  const flag = (field: string) => `--${field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  return Object.keys(DEFAULTS).reduce((changed, field) => {
    // Words such as `density` are names only where a sentence begins with them.
    const isWord = field === field.toLowerCase();
    return changed.replace(new RegExp(isWord ? `^${field}\\b` : `\\b${field}\\b`, 'g'), flag(field));
  }, text);
}
