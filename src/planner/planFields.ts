import type {DistributionName} from '../algorithms/distributions/resolveDistribution.ts';
import {randomGrowth} from '../algorithms/growers/randomGrowth.ts';
import {unexploredFirstGrowth} from '../algorithms/growers/unexploredFirstGrowth.ts';
import {constant} from '../algorithms/schedules/constant.ts';
import {cosineDecay} from '../algorithms/schedules/cosineDecay.ts';
import {MAX_UPDATES} from '../exploration/forecast.ts';
import type {PlanOptions} from '../exploration/planExploration.ts';
import type {PlannedLayer} from '../exploration/predictExploration.ts';
import {describeValue} from '../topology/describeValue.ts';
import {NETWORKS} from './networks.ts';
import {readShapes, type ShapeGroup} from './readShapes.ts';

/** What a person fills in, on the command line or in the form. */
export interface PlanFields {
  readonly layers: string;
  readonly density: string;
  readonly distribution: string;
  readonly samples: string;
  readonly batchSize: string;
  readonly epochs: string;
  readonly updateInterval: string;
  readonly dropFraction: string;
  readonly schedule: string;
  readonly growth: string;
  readonly target: string;
  readonly maxUpdates: string;
  readonly maxKernels: string;
}

/** What may be chosen, by name. */
export const CHOICES = {
  distribution: {
    erdosRenyiKernel: 'erdosRenyiKernel',
    erdosRenyi: 'erdosRenyi',
    uniform: 'uniform',
  } satisfies Record<DistributionName, DistributionName>,
  schedule: {cosine: cosineDecay, constant},
  growth: {random: randomGrowth(), unexploredFirst: unexploredFirstGrowth()},
} as const;

/** The paper's settings for SET-ITOP, on the network of its Figure 3. */
export const DEFAULTS: PlanFields = {
  layers: NETWORKS['MLP-CIFAR10'].layers,
  density: '0.05',
  distribution: 'erdosRenyiKernel',
  samples: '50000',
  batchSize: '128',
  epochs: '200',
  updateInterval: '1500',
  dropFraction: '0.5',
  schedule: 'cosine',
  growth: 'random',
  target: '0.9',
  maxUpdates: String(MAX_UPDATES),
  maxKernels: '1000', // the deepest networks have as many
};

/** A plan as it was filled in, and the groups of its layers. */
export interface FilledPlan {
  readonly options: PlanOptions & Required<Pick<PlanOptions, 'schedule'>>;
  readonly groups: readonly ShapeGroup[];
}

/**
 * Reads the fields. Ranges are checked by `planExploration`, but for the limits.
 *
 * @throws RangeError if a field holds no decimal number, no shapes, or a name that is none of the choices
 */
export function readFields(fields: PlanFields): FilledPlan {
  const number = (field: keyof PlanFields) => readNumber(field, fields[field]);
  const groups = readShapes(fields.layers, readLimit('maxKernels', fields.maxKernels));
  const layers: PlannedLayer[] = groups.flatMap(({text, count, shape}, group) =>
    Array.from({length: count}, (_, i) => ({name: `${group + 1}.${i + 1} ${text}`, shape})),
  );
  return {
    groups,
    options: {
      layers,
      density: number('density'),
      distribution: choose('distribution', fields.distribution),
      samples: number('samples'),
      batchSize: number('batchSize'),
      epochs: number('epochs'),
      updateInterval: number('updateInterval'),
      dropFraction: number('dropFraction'),
      schedule: choose('schedule', fields.schedule),
      grower: choose('growth', fields.growth),
      target: number('target'),
      maxUpdates: readLimit('maxUpdates', fields.maxUpdates),
    },
  };
}

/** As people write numbers; `Number` takes more, `0x10` and `Infinity` for instance. */
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function readNumber(field: string, text: string): number {
  const value = DECIMAL.test(text.trim()) ? Number(text) : Number.NaN;
  if (!Number.isFinite(value)) {
    throw new RangeError(
      `plan: ${field} must be a decimal number, received ${describeValue(text)}. Write 0.05, or 1500.`,
    );
  }
  return value;
}

function readLimit(field: string, text: string): number {
  const value = readNumber(field, text);
  if (!(Number.isSafeInteger(value) && value > 0)) {
    throw new RangeError(
      `plan: ${field} must be a positive integer, received ${describeValue(text)}. Count whole ones.`,
    );
  }
  return value;
}

function choose<Field extends keyof typeof CHOICES>(
  field: Field,
  name: string,
): (typeof CHOICES)[Field][keyof (typeof CHOICES)[Field]] {
  const choices = CHOICES[field];
  if (!Object.hasOwn(choices, name)) {
    throw new RangeError(
      `plan: ${field} must be one of ${Object.keys(choices).join(', ')}, received ${describeValue(name)}. Choose one.`,
    );
  }
  return choices[name as keyof typeof choices];
}
