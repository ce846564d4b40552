import {checkKind} from '../topology/checkKind.ts';
import type {Topology} from '../topology/topology.ts';
import {kernelNames} from './kernelNames.ts';

/** Densities by kernel name: above, the kernel runs as the dense op. A kernel that is not named always runs sparse. */
export type BreakEven = Readonly<Record<string, number>>;

/**
 * Measured by `npm run bench -- --break-even`; see docs/benchmarks.md. On cpu the sparse kernels win at every density, and on wasm
 * they do in all products but the convolution itself: a dense kernel made anew at every call, which tfjs has to pack before it
 * multiplies, takes longer than a dense product gains.
 */
const defaults: Readonly<Record<string, BreakEven>> = {
  wasm: {[kernelNames.sparseConv2d]: 0.5},
};

const none: BreakEven = {};
const current = new Map<string, BreakEven>(Object.entries(defaults));

/**
 * The densities above which a backend's sparse kernels give way to the dense op: the same object until they are set.
 *
 * @param backendName  a backend with sparse kernels of its own; the others have only the composite, whatever the density
 */
export function breakEven(backendName: string): BreakEven {
  checkKind('breakEven', 'backendName', 'a string', backendName, "Write breakEven('wasm').");
  return current.get(backendName) ?? none;
}

/**
 * Sets the densities above which a backend's sparse kernels give way to the dense op, for machines where the measured ones are
 * not right, or to compare.
 *
 * @param densities  by the names in `kernelNames`; what is not named always runs sparse. @defaultValue the measured ones
 * @throws RangeError if a density is not in [0, 1], or a name is unknown
 *
 * @example
 * setBreakEven('wasm', {}); // always sparse
 * setBreakEven('wasm', {[kernelNames.sparseMatMul]: 0.3});
 */
export function setBreakEven(backendName: string, densities: BreakEven = defaults[backendName] ?? {}): void {
  checkKind('setBreakEven', 'backendName', 'a string', backendName, "Write setBreakEven('wasm', {}).");
  checkKind('setBreakEven', 'densities', 'an object', densities, 'Leave them out for the measured ones.');
  const names: readonly string[] = Object.values(kernelNames);
  for (const [name, density] of Object.entries(densities)) {
    if (!names.includes(name) || !(Number.isFinite(density) && density >= 0 && density <= 1)) {
      throw new RangeError(
        `setBreakEven: densities must be in [0, 1] by kernel name, received ${density} for "${name}". Take the names from kernelNames.`,
      );
    }
  }
  current.set(backendName, densities);
}

/** True if a kernel should run as the dense op. */
export function prefersDense(backendName: string, kernelName: string, topology: Topology): boolean {
  return topology.density > (breakEven(backendName)[kernelName] ?? 1);
}
