import {float32Of, type Part, partOf} from '../io/container.ts';
import {fromHalves, MAX_FLOAT16, toHalves} from '../io/halves.ts';
import type {Topology} from '../topology/topology.ts';

/** How the values of connections are written. */
export type ValueKind = 'float32' | 'float16' | 'int8';

/** The kinds that there are. */
export const VALUE_KINDS: readonly ValueKind[] = ['float32', 'float16', 'int8'];

/** Steps of int8 on either side of 0. */
const STEPS = 127;
/** The largest scale: so many steps of it are a float32, also where the scale is rounded up. */
const MAX_SCALE = ((2 - 2 ** -22) * 2 ** 127) / STEPS;

/**
 * The values of a layer as parts. Of int8 each output has a scale, its largest value / 127, and the error of a value is at most half of it.
 *
 * @throws RangeError if a value is too large for float16
 */
export function valueParts(
  where: string,
  i: number,
  values: Float32Array,
  topology: Topology,
  kind: ValueKind,
): [string, Part][] {
  const name = `values/${i}`;
  const shape = [values.length];
  if (kind === 'float32') return [[name, partOf(values, shape)]];
  if (kind === 'float16') {
    const tooLarge = values.find((value) => Math.abs(value) > MAX_FLOAT16);
    if (tooLarge !== undefined) {
      throw new RangeError(
        `${where}: values must be at most ${MAX_FLOAT16} for float16, received ${tooLarge}. Save them as float32.`,
      );
    }
    return [[name, {dtype: 'F16', shape, bytes: toHalves(values)}]];
  }
  const scales = new Float32Array(topology.cols);
  topology.colIdx.forEach((col, slot) => {
    scales[col] = Math.max(scales[col], Math.min(Math.abs(values[slot]) / STEPS, MAX_SCALE));
  });
  const steps = Int8Array.from(topology.colIdx, (col, slot) => {
    const step = scales[col] === 0 ? 0 : Math.round(values[slot] / scales[col]);
    return Math.max(-STEPS, Math.min(STEPS, step));
  });
  return [
    [name, partOf(steps, shape)],
    [`scales/${i}`, partOf(scales, [topology.cols])],
  ];
}

/** The values of a layer by slot; undefined if there are none that fit its topology. */
export function valuesOfParts(
  i: number,
  parts: ReadonlyMap<string, Part>,
  topology: Topology,
): Float32Array | undefined {
  const part = parts.get(`values/${i}`);
  if (part?.shape.length !== 1 || part.shape[0] !== topology.nnz) return undefined;
  if (part.dtype === 'F32') return float32Of(part);
  if (part.dtype === 'F16') return fromHalves(part.bytes);
  const scalePart = parts.get(`scales/${i}`);
  if (part.dtype !== 'I8' || scalePart?.dtype !== 'F32' || scalePart.shape[0] !== topology.cols) return undefined;
  const scales = float32Of(scalePart);
  const steps = new Int8Array(part.bytes.slice().buffer);
  return Float32Array.from(steps, (step, slot) => step * scales[topology.colIdx[slot]]);
}
