/** The ways to train that the quickstart compares. */
export const METHODS = ['dense', 'static', 'set', 'rigl'] as const;
export type Method = (typeof METHODS)[number];

/** Names for people. */
export const METHOD_NAMES: Record<Method, string> = {
  dense: 'Dense',
  static: 'Static sparse',
  set: 'SET-ITOP',
  rigl: 'RigL-ITOP',
};
