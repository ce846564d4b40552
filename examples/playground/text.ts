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

const UNITS = ['', ' k', ' M', ' G', ' T', ' P'];

/** `1234567` as `1.23 M`. */
export function short(value: number): string {
  const power = value < 1000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(value) / 3));
  const scaled = value / 1000 ** power;
  return `${power === 0 ? Math.round(value) : scaled.toPrecision(3)}${UNITS[power]}`;
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

export function milliseconds(time: number): string {
  return time === 0 ? '–' : `${time.toPrecision(2)} ms`;
}

export function fixed(value: number): string {
  return value.toFixed(3);
}
