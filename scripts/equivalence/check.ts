import fc from 'fast-check';
import type {Difference, Tolerance} from './compare.ts';
import type {Pace} from './grammar/model.ts';
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
  const deadline = Date.now() + PATIENCE;
  let outcome: Outcome | undefined;
  const property = fc.asyncProperty(scripts(grammar), async (script) => {
    // Not by fast-check's own limit: it goes on while the script that it has given up still runs.
    if (outcome && Date.now() > deadline) return;
    onRun();
    const result = await run(script, grammar.pace, tolerance);
    outcome ??= result;
    if (result.difference) throw new FoundDifference(result.difference);
  });
  const details = await fc.check<[Script]>(property, {seed, numRuns: 1});
  if (!details.failed) return {outcome: outcome!};
  const error = details.errorInstance;
  if (!(error instanceof FoundDifference)) throw error;
  let [script] = details.counterexample!;
  let {difference} = error;
  for (const smaller of smallerScripts(() => script)) {
    onRun();
    const result = await run(smaller, grammar.pace, tolerance);
    if (result.difference) ({script, difference} = {script: smaller, difference: result.difference});
  }
  return {
    outcome: outcome!,
    finding: {path: details.counterexamplePath!, difference, source: scriptSource(script, grammar.pace)},
  };
}

/** Runs a script; again where only tensors are missing: the garbage collector may have given back those of scripts before. */
async function run(script: Script, pace: Pace, tolerance: Tolerance): Promise<Outcome> {
  const outcome = await runScript(script, pace, tolerance);
  return outcome.difference?.path.startsWith('tensors') ? runScript(script, pace, tolerance) : outcome;
}

/** The script of a seed as it is before shrinking, for the case that it ends its process. */
export function sourceOfSeed(seed: number, grammar: Grammar): string {
  const [script] = fc.sample(scripts(grammar), {seed, numRuns: 1});
  return scriptSource(script, grammar.pace);
}

/** The current script without one of its parts, for each part from the last to the first: fast-check leaves some at the end. */
function* smallerScripts(current: () => Script): Iterable<Script> {
  const without = <Part>(parts: readonly Part[], place: number) => parts.filter((_, i) => i !== place);
  for (let i = current().actions.length - 1; i >= 0; i--) {
    yield {...current(), actions: without(current().actions, i)};
  }
  for (let m = current().models.length - 1; m >= 0; m--) {
    if (current().models.length > 1) yield {...current(), models: without(current().models, m)};
    for (let i = (current().models[m]?.layers.length ?? 0) - 1; i >= 0; i--) {
      const models = current().models.map((model, k) =>
        k === m ? {...model, layers: without(model.layers, i)} : model,
      );
      yield {...current(), models};
    }
  }
}
