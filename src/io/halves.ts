/** The largest float16. */
export const MAX_FLOAT16 = 65504;

/** Numbers as float16, rounded to the nearest, ties to even; above {@link MAX_FLOAT16} they become infinite. */
export function toHalves(numbers: Float32Array): Uint8Array {
  const bits = new Uint32Array(numbers.buffer, numbers.byteOffset, numbers.length);
  return new Uint8Array(Uint16Array.from(bits, halfOf).buffer);
}

function halfOf(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const exponent = ((bits >>> 23) & 0xff) - 112;
  const fraction = bits & 0x7fffff;
  if (exponent >= 31) return sign | 0x7c00 | (exponent === 143 && fraction ? 0x200 : 0);
  // Below the normal numbers the leading one is written out, and the fraction moves down.
  const shift = exponent > 0 ? 13 : 14 - exponent;
  if (shift > 24) return sign;
  const whole = exponent > 0 ? (exponent << 23) | fraction : fraction | 0x800000;
  const half = whole >>> shift;
  const rest = whole & ((1 << shift) - 1);
  const middle = 1 << (shift - 1);
  return sign | (half + Number(rest > middle || (rest === middle && half % 2 === 1)));
}

/** The numbers of {@link toHalves}, exactly. */
export function fromHalves(bytes: Uint8Array): Float32Array {
  const halves = new Uint16Array(bytes.slice().buffer);
  return Float32Array.from(halves, (half) => {
    const exponent = (half >>> 10) & 31;
    const fraction = half & 0x3ff;
    const size =
      exponent === 31
        ? fraction
          ? Number.NaN
          : Number.POSITIVE_INFINITY
        : exponent === 0
          ? fraction * 2 ** -24
          : (1024 + fraction) * 2 ** (exponent - 25);
    return half & 0x8000 ? -size : size;
  });
}
