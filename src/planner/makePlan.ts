import {type ExplorationPlan, planExploration} from '../exploration/planExploration.ts';
import {type ExplorationForecast, predictExploration} from '../exploration/predictExploration.ts';
import {type PlanFields, readFields} from './planFields.ts';

/** One line about layers of one shape. */
export interface GroupForecast {
  readonly text: string;
  readonly density: number;
  /** R_l at the end. */
  readonly rate: number;
}

/** Everything that a plan tells. */
export interface PlanResult {
  readonly target: number;
  readonly plan: ExplorationPlan;
  readonly forecast: ExplorationForecast;
  readonly groups: readonly GroupForecast[];
}

/**
 * Works out what a person filled in.
 *
 * @throws RangeError if a field holds something else than it should
 */
export function makePlan(fields: PlanFields): PlanResult {
  const {options, groups} = readFields(fields);
  const plan = planExploration(options);
  const {steps} = plan;
  const forecast = predictExploration({...options, steps, dropFraction: options.schedule(options.dropFraction, steps)});
  let first = 0;
  const groupForecasts = groups.map(({text, count, shape}) => {
    const {name} = options.layers[first];
    first += count;
    const size = shape.reduce((product, dimension) => product * dimension, 1);
    return {text, density: forecast.nnz[name] / size, rate: forecast.rates[name]};
  });
  return {target: options.target, plan, forecast, groups: groupForecasts};
}

/** What a drop fraction is under schedules that change it. */
const DROP_FRACTION: Readonly<Record<string, string>> = {cosine: 'drop fraction, P at the begin of the cosine'};

/** The answers of a plan, in words: what to set, to which value, and what it is now. `write` makes text of the value. */
export function answers(
  {plan}: PlanResult,
  fields: PlanFields,
  write: (value: number) => string = String,
): {setting: string; needed: string; now: string}[] {
  const rows: [string, 'at most' | 'at least', number | undefined, string][] = [
    ['update interval, ΔT in steps', 'at most', plan.updateInterval, fields.updateInterval],
    [DROP_FRACTION[fields.schedule] ?? 'drop fraction, P', 'at least', plan.dropFraction, fields.dropFraction],
    ['epochs', 'at least', plan.epochs, fields.epochs],
    ['batch size', 'at most', plan.batchSize, fields.batchSize],
  ];
  return rows.map(([setting, bound, value, now]) => ({
    setting,
    needed: value === undefined ? 'no value does' : `${bound} ${write(value)}`,
    now,
  }));
}
