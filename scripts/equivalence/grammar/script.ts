import fc from 'fast-check';
import {Dice} from '../dice.ts';
import {actionKinds} from './actions.ts';
import type {Model, Pace} from './model.ts';
import {type Choice, type NetworkChoice, networkOf} from './network.ts';
import {commonKinds, networkKinds} from './networkKinds.ts';
import {compilationOf} from './training.ts';

/** A script as plain data: choices, of which {@link scriptSource} makes a source. */
export interface Script {
  readonly models: readonly ModelChoice[];
  readonly actions: readonly (Choice & {readonly model: number})[];
}

/** What chooses a model. */
interface ModelChoice extends NetworkChoice {
  /** True for the second model if it is to be like the first, but for its numbers. */
  readonly isTwin: boolean;
  readonly compilation: readonly number[];
}

/** How large scripts are, and what they do without. */
export interface Grammar {
  readonly pace: Pace;
  readonly mostLayers: number;
  readonly mostActions: number;
  /** Kinds of layers and actions that are left out. */
  readonly without: readonly string[];
}

const dice = (most: number) => fc.array(fc.nat(99), {maxLength: most, size: 'max'});

function choices(kinds: readonly (readonly [string, number])[], without: readonly string[], most: number) {
  const names = kinds.flatMap(([kind, share]) => (without.includes(kind) ? [] : new Array<string>(share).fill(kind)));
  return fc.record({kind: fc.constantFrom(...names), dice: dice(most)});
}

/** Random scripts. */
export function scripts({mostLayers, mostActions, without}: Grammar): fc.Arbitrary<Script> {
  const action = choices(
    Object.entries(actionKinds).map(([kind, [share]]) => [kind, share]),
    without,
    12,
  );
  const layers = (kinds: typeof networkKinds) =>
    fc.array(choices(kinds, without, 12), {maxLength: mostLayers, size: 'max'});
  const model = fc.record({
    input: dice(6),
    layers: fc.oneof({weight: 2, arbitrary: layers(commonKinds)}, {weight: 1, arbitrary: layers(networkKinds)}),
    head: dice(4),
    compilation: dice(6),
    isTwin: fc.boolean(),
  });
  const actions = fc.array(
    fc.tuple(action, fc.nat(1)).map(([choice, model]) => ({...choice, model})),
    {minLength: 1, maxLength: mostActions, size: 'max'},
  );
  // Mostly one model; either goes away when a script is shrunk.
  const models = fc.oneof(
    {weight: 3, arbitrary: fc.array(model, {minLength: 1, maxLength: 1})},
    {weight: 1, arbitrary: fc.array(model, {minLength: 1, maxLength: 2})},
  );
  return fc.noBias(fc.record({models, actions}));
}

/** The body of an asynchronous function of `run`, a recorder, which uses `tf`, `itop` and `own`. */
export function scriptSource({models: modelChoices, actions}: Script, pace: Pace): string {
  const lines: string[] = [];
  const models = modelChoices.map((choice, i): Model => {
    const name = `m${i}`;
    const build = `build${i}`;
    const network = networkOf(name, choice.isTwin ? modelChoices[0] : choice);
    const {source, targets} = compilationOf(name, network.outputs, new Dice(choice.compilation));
    lines.push(
      `const ${build} = ${network.source};`,
      `let ${name} = own.initialize(${build}(), ${i + 1});`,
      `run.watch('${name}', ${name});`,
      ...step('compile', [`${source};`]),
    );
    return {...network, name, build, targets, pace};
  });
  for (const choice of actions) {
    const place = choice.model % models.length;
    const body = actionKinds[choice.kind][1](models[place], new Dice(choice.dice), models[1 - place]);
    if (body) lines.push(...step(`${choice.kind} ${models[place].name}`, body));
  }
  lines.push(
    ...step(
      'end',
      models.flatMap(({name}) => [`run.forget('${name}');`, `own.free(${name});`]),
    ),
  );
  return lines.join('\n');
}

function step(label: string, body: readonly string[]): string[] {
  return [`await run.step('${label}', async () => {`, ...body.map((line) => `  ${line}`), '});'];
}
