import type {BackendName, DataName, MethodName, Settings} from './protocol.ts';

/** What the choices are called. */
export const DATA_NAMES: Readonly<Record<DataName, string>> = {
  digits: 'Digits',
  circle: 'Plane: circle',
  xor: 'Plane: xor',
  moons: 'Plane: moons',
  spirals: 'Plane: spirals',
  files: 'Your files',
};
export const METHOD_NAMES: Readonly<Record<MethodName, string>> = {
  set: 'SET: grow at random',
  unexplored: 'SET: unexplored first',
  rigl: 'RigL: grow by gradient',
  static: 'Static: never change',
  gmp: 'GMP: prune gradually',
  snfs: 'SNFS: sparse momentum',
  dsr: 'DSR: adaptive threshold',
  mest: 'MEST: weight and gradient',
  granet: 'GraNet: prune and regrow',
};
export const DISTRIBUTION_NAMES: Readonly<Record<Settings['distribution'], string>> = {
  erdosRenyi: 'Erdős–Rényi',
  uniform: 'Uniform',
};
export const BACKEND_NAMES: Readonly<Record<BackendName, string>> = {wasm: 'WebAssembly', webgpu: 'WebGPU', cpu: 'CPU'};

const UNITS = ['', 'k', 'M', 'G', 'T', 'P'];

/** `1234567` as `1.23 M`. */
export function short(value: number): string {
  const {text, unit} = scaled(value);
  return unit ? `${text} ${unit}` : text;
}

/** `1234567` as `1.23 MB`. */
export function bytes(value: number): string {
  const {text, unit} = scaled(value);
  return `${text} ${unit}B`;
}

function scaled(value: number): {text: string; unit: string} {
  // Rounded first: 999,999 is 1.00 M.
  const rounded = value < 1000 ? Math.round(value) : Number(value.toPrecision(3));
  const power = UNITS.findLastIndex((_, index) => index === 0 || rounded >= 1000 ** index);
  const text = power === 0 ? String(rounded) : (rounded / 1000 ** power).toPrecision(3);
  return {text, unit: UNITS[power]};
}

/** With two digits that say something, and never with an exponent. */
function plain(value: number): string {
  return value < 10 ? value.toPrecision(2) : String(Math.round(value));
}

/** How many times as much. */
export function times(ratio: number): string {
  return `${plain(ratio)} ×`;
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

export function milliseconds(time: number): string {
  return time === 0 ? '–' : `${plain(time)} ms`;
}

export function fixed(value: number): string {
  return value.toFixed(3);
}
