import fc from 'fast-check';
import type {Difference, Tolerance} from './compare.ts';
import {type Grammar, type Script, scriptSource, scripts} from './grammar/script.ts';
import {type Outcome, runScript} from './runScript.ts';

/** A difference was found in a script. */
class FoundDifference extends Error {
  constructor(readonly difference: Difference) {
    super(`${difference.action}: ${difference.path}`);
  }
}

/** A shrunk script, and what it shows. */
export interface Finding {
  readonly path: string;
  readonly difference: Difference;
  /** The body of the shrunk script. */
  readonly source: string;
}

/** What became of a seed's script. */
export interface Checked {
  readonly outcome: Outcome;
  readonly finding?: Finding;
}

/** Longest time for shrinking, in milliseconds. */
const PATIENCE = 90_000;

/**
 * Runs the script of a seed. If it shows a difference, looks for the smallest script that does.
 *
 * @param onRun  called before every run, those of shrinking included
 * @throws whatever a script throws outside of its actions
 */
export async function check(
  seed: number,
  grammar: Grammar,
  tolerance: Tolerance,
  onRun: () => void = () => {},
): Promise<Checked> {
  let outcome: Outcome | undefined;
  const property = fc.asyncProperty(scripts(grammar), async (script) => {
    onRun();
    const result = await runScript(script, tolerance);
    outcome ??= result;
    if (result.difference) throw new FoundDifference(result.difference);
  });
  const details = await fc.check<[Script]>(property, {seed, numRuns: 1, interruptAfterTimeLimit: PATIENCE});
  if (!details.failed) return {outcome: outcome!};
  const error = details.errorInstance;
  if (!(error instanceof FoundDifference)) throw error;
  return {
    outcome: outcome!,
    finding: {
      path: details.counterexamplePath!,
      difference: error.difference,
      source: scriptSource(details.counterexample![0]),
    },
  };
}
