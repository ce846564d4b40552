import {Command, Option} from 'commander';
import {formatTable} from '../layers/formatTable.ts';
import {answers, makePlan} from './makePlan.ts';
import {NETWORKS} from './networks.ts';
import {CHOICES, DEFAULTS, type PlanFields} from './planFields.ts';
import {withFlags} from './planMessage.ts';

/** What the options make of a command line: every field is text, as in the form of planner.html. */
type Given = Partial<PlanFields> & {readonly network?: string; readonly json?: boolean};

const EXAMPLES = `
Examples:
  itop plan --network ResNet-18 --density 0.05 --epochs 200
  itop plan --layers "784x300 300x100 100x10" --samples 60000 --batch-size 100 --epochs 10 --update-interval 300`;

/**
 * The command `itop plan`. Without options it shows its help.
 *
 * @param print  takes the text of the answer
 */
export function planCommand(print: (text: string) => void): Command {
  const command = new Command('plan')
    .description('how much of a network will a sparse training explore (R_s), and what reaches more')
    // One line, also where commander quotes what has several.
    .configureOutput({outputError: (text, write) => write(`${text.trim().replaceAll(/\s*\n\s*/g, ' ')}\n`)})
    .addHelpText('after', EXAMPLES)
    .addOption(new Option('--network <name>', 'one of the papers').choices(Object.keys(NETWORKS)).conflicts('layers'))
    .option(
      '--layers <shapes>',
      'kernels instead: inputs x outputs, height x width x inputs x outputs; 4*3x3x64x64 for four',
    )
    .option('--density <share>', 'active connections over all, in (0, 1]', DEFAULTS.density)
    .addOption(choice('distribution', 'density per layer'))
    .option('--samples <n>', `in the training set (default: the network's, or ${DEFAULTS.samples})`)
    .option('--batch-size <n>', 'samples per step', DEFAULTS.batchSize)
    .option('--epochs <n>', 'passes over the data', DEFAULTS.epochs)
    .option('--update-interval <steps>', 'ΔT, optimizer steps between two updates', DEFAULTS.updateInterval)
    .option('--drop-fraction <share>', 'connections replaced per update at first', DEFAULTS.dropFraction)
    .addOption(choice('schedule', 'of the drop fraction'))
    .addOption(choice('growth', 'rule by which connections grow'))
    .option('--target <rate>', 'R_s to reach, in (0, 1]', DEFAULTS.target)
    .option('--max-updates <n>', 'updates above which a training is not considered', DEFAULTS.maxUpdates)
    .option('--max-kernels <n>', 'kernels of the network at most', DEFAULTS.maxKernels)
    .option('--json', 'print everything as JSON, with the curve of R_s');
  return command.action((given: Given) => {
    if (command.options.every((option) => command.getOptionValueSource(option.attributeName()) !== 'cli'))
      command.help();
    try {
      print(plan(given));
    } catch (error) {
      command.error(`itop plan: ${withFlags((error as Error).message)}`);
    }
  });
}

function choice(name: keyof typeof CHOICES, description: string): Option {
  return new Option(`--${name} <name>`, description).choices(Object.keys(CHOICES[name])).default(DEFAULTS[name]);
}

function plan({network, json, ...given}: Given): string {
  const known =
    network === undefined ? {layers: ''} : {...NETWORKS[network], samples: String(NETWORKS[network].samples)};
  const fields: PlanFields = {...DEFAULTS, ...known, ...given};
  const result = makePlan(fields);
  if (json) return JSON.stringify(result, null, 2);
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
