import {elementwise} from './elementwise.ts';

/**
 * A mask of dropout: 0 for the share `rate` of the numbers, 1 / (1 − rate) for the others, drawn from the seed, the step and the
 * place of the number alone.
 *
 * The generator is the hash pcg3d that M. Jarzynski and M. Olano recommend ("Hash Functions for GPU Rendering", JCGT 9(3), 2020).
 */
export const dropoutMask = elementwise('dropoutMask', ['step'], 'select(0.0, 1.0 / (1.0 - uniforms.rate), isKept)', {
  uniforms: ['seed'],
  floats: ['rate'],
  functions: `
    fn hash(place : vec3<u32>) -> u32 {
      var v = place * 1664525u + 1013904223u;
      v.x += v.y * v.z;
      v.y += v.z * v.x;
      v.z += v.x * v.y;
      v ^= v >> vec3<u32>(16u);
      v.x += v.y * v.z;
      return v.x;
    }`,
  prepare: `
      let bits = hash(vec3<u32>(u32(at), u32(uniforms.seed), bitcast<u32>(step[0])));
      let isKept = f32(bits >> 8u) / 16777216.0 >= uniforms.rate;`,
});
