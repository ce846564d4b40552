import {BACKENDS, DATA, type DataName, DISTRIBUTIONS, METHODS, type Settings} from './protocol.ts';

/** What a run starts from; some depend on the data. */
export function defaultsFor(data: DataName): Settings {
  const isToy = TOYS.includes(data);
  return {
    data,
    method: 'set',
    density: isToy ? 0.2 : 0.05,
    interval: isToy ? 40 : 20,
    fraction: 0.3,
    distribution: 'erdosRenyi',
    steps: isToy ? 2000 : 1000,
    seed: 1,
    backend: 'wasm',
    dense: true,
  };
}

/** Data sets of points in the plane. */
export const TOYS: readonly DataName[] = ['circle', 'xor', 'moons', 'spirals'];

/** Numbers and their limits. */
export const LIMITS = {
  density: [0.005, 1],
  interval: [1, 100_000],
  fraction: [0, 1],
  steps: [1, 1_000_000],
  seed: [0, 1_000_000],
} as const;

const CHOICES: Readonly<Record<string, readonly string[]>> = {
  data: DATA,
  method: METHODS,
  distribution: DISTRIBUTIONS,
  backend: BACKENDS,
};

/** The settings that differ from the defaults, as the part of an address behind `#`. */
export function toHash(settings: Settings): string {
  const defaults = defaultsFor(settings.data);
  const changed = Object.entries(settings).filter(
    ([name, value]) => name === 'data' || value !== defaults[name as keyof Settings],
  );
  return new URLSearchParams(changed.map(([name, value]) => [name, String(value)])).toString();
}

/** The settings that an address holds; what it does not name, or names wrongly, is as by default. */
export function fromHash(hash: string): Settings {
  const given = Object.fromEntries(new URLSearchParams(hash.replace(/^#/, '')));
  const data = DATA.find((name) => name === given.data) ?? 'digits';
  const valid = Object.entries({...given, data}).flatMap(([name, text]) => {
    const value = parse(name, text);
    return value === undefined ? [] : [[name, value]];
  });
  return {...defaultsFor(data), ...Object.fromEntries(valid)};
}

/** What an address names that there is not, or that cannot be; '' if it is all right. */
export function faultsOf(hash: string): string {
  const faults = [...new URLSearchParams(hash.replace(/^#/, ''))].flatMap(([name, text]) => {
    if (!isSetting(name)) return [`${name}, which is no setting`];
    return parse(name, text) === undefined ? [`${name}=${text}, which must be ${rule(name)}`] : [];
  });
  return faults.length === 0 ? '' : `The address names ${faults.join('; ')}. The run is as it would be without.`;
}

/** What a setting must be. */
export function rule(name: keyof Settings): string {
  if (Object.hasOwn(CHOICES, name)) return `one of ${CHOICES[name].join(', ')}`;
  if (name === 'dense') return 'true or false';
  const [least, most] = LIMITS[name as keyof typeof LIMITS];
  return `a ${isWhole(name) ? 'whole ' : ''}number between ${least} and ${most}`;
}

function isSetting(name: string): name is keyof Settings {
  return Object.hasOwn(defaultsFor('digits'), name);
}

function isWhole(name: string): boolean {
  return name !== 'density' && name !== 'fraction';
}

/** The value of a setting, or undefined if it has none like that. */
export function parse(name: string, text: string): string | number | boolean | undefined {
  if (Object.hasOwn(CHOICES, name)) return CHOICES[name].includes(text) ? text : undefined;
  if (name === 'dense') return text === 'true' || text === 'false' ? text === 'true' : undefined;
  if (!Object.hasOwn(LIMITS, name) || text.trim() === '') return undefined;
  const [least, most] = LIMITS[name as keyof typeof LIMITS];
  const value = Number(text);
  return value >= least && value <= most && (!isWhole(name) || Number.isInteger(value)) ? value : undefined;
}
