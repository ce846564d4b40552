import {parseArgs} from 'node:util';
import {formatTable} from '../layers/formatTable.ts';
import {describeValue} from '../topology/describeValue.ts';
import {answers, makePlan} from './makePlan.ts';
import {NETWORKS} from './networks.ts';
import {CHOICES, DEFAULTS, type PlanFields} from './planFields.ts';

const names = (choices: object) => Object.keys(choices).join(', ');

const HELP = `itop plan: how much of a network will a sparse training explore (R_s), and what reaches more?

  itop plan --network ResNet-18 --density 0.05 --epochs 200
  itop plan --layers "784x300 300x100 100x10" --samples 60000 --batch-size 100 --epochs 10 --update-interval 300

  --network NAME            ${names(NETWORKS)}
  --layers SHAPES           kernels instead: inputs x outputs, height x width x inputs x outputs; 4*3x3x64x64 for four;
                            at most 1000, and 100,000 updates
  --density D               active connections over all, in (0, 1] (${DEFAULTS.density})
  --distribution NAME       ${names(CHOICES.distribution)} (${DEFAULTS.distribution})
  --samples N               in the training set (the network's, or ${DEFAULTS.samples})
  --batch-size N            (${DEFAULTS.batchSize})
  --epochs N                (${DEFAULTS.epochs})
  --update-interval STEPS   ΔT, optimizer steps between two updates (${DEFAULTS.updateInterval})
  --drop-fraction P         share of the connections replaced per update at first (${DEFAULTS.dropFraction})
  --schedule NAME           of the drop fraction: ${names(CHOICES.schedule)} (${DEFAULTS.schedule})
  --growth NAME             ${names(CHOICES.growth)} (${DEFAULTS.growth})
  --target R                R_s to reach, in (0, 1] (${DEFAULTS.target})
  --json                    print everything as JSON, with the curve of R_s
  --help`;

const text = {type: 'string'} as const;
const OPTIONS = {
  network: text,
  layers: text,
  density: text,
  distribution: text,
  samples: text,
  'batch-size': text,
  epochs: text,
  'update-interval': text,
  'drop-fraction': text,
  schedule: text,
  growth: text,
  target: text,
  json: {type: 'boolean'},
  help: {type: 'boolean', short: 'h'},
} as const;

/**
 * The command `itop plan`.
 *
 * @param args  the arguments after `plan`
 * @returns what to print
 * @throws Error in one sentence if an argument is unknown or out of range
 */
export function planCommand(args: readonly string[]): string {
  const {values} = parseArgs({args: [...args], options: OPTIONS});
  if (values.help) return HELP;
  const fields = toFields(values);
  const result = makePlan(fields);
  if (values.json) return JSON.stringify(result, null, 2);
  const {plan, forecast, groups, target} = result;
  const rows = groups.map((group) => [group.text, group.density.toFixed(4), group.rate.toFixed(4), '']);
  return [
    formatTable(['layers', 'density', 'R_s at the end', ''], rows),
    '',
    `R_s = ${plan.rate.toFixed(3)} after ${plan.steps} steps with ${forecast.updates} updates.`,
    `To reach R_s = ${target}, with all else as it is, one of:`,
    '',
    formatTable(
      ['setting', 'needed', 'now', ''],
      answers(result, fields).map(({setting, needed, now}) => [setting, needed, now, '']),
    ),
  ].join('\n');
}

type Given = Partial<Record<keyof typeof OPTIONS, string | boolean>>;

function toFields({network, ...given}: Given): PlanFields {
  if (network !== undefined && given.layers !== undefined) {
    throw new Error('plan: network and layers must not both be given, received both. Leave one out.');
  }
  if (network !== undefined && !Object.hasOwn(NETWORKS, network as string)) {
    throw new RangeError(
      `plan: network must be one of ${names(NETWORKS)}, received ${describeValue(network)}. Give --layers for others.`,
    );
  }
  const known = network === undefined ? {} : NETWORKS[network as string];
  const fields = Object.entries({...known, ...given}).map(([name, value]) => [
    name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()),
    String(value),
  ]);
  return {...DEFAULTS, ...Object.fromEntries(fields)};
}
