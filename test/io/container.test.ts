import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {
  type Container,
  decodeContainer,
  encodeContainer,
  float32Of,
  int32Of,
  jsonOf,
  jsonPart,
  partOf,
} from '../../src/io/container.ts';
import {hostileRuns, mutatedBytes, outcomeOf} from '../support/mutations.ts';

const where = 'load';

function sample(): Container {
  return {
    metadata: {format: 'sample', version: '1'},
    parts: new Map([
      ['state', jsonPart({step: 12, name: 'é'})],
      ['values', partOf(Float32Array.of(1, -2.5, 3e-20), [3])],
      ['empty', partOf(new Float32Array(0), [0, 4])],
      ['places', partOf(Int32Array.of(7, -8), [1, 2])],
    ]),
  };
}

/** A file of safetensors as another program writes it, by hand. */
function written(header: unknown, data: readonly number[]): Uint8Array {
  const json = typeof header === 'string' ? header : JSON.stringify(header);
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(json.length), true);
  return Uint8Array.from([...length, ...new TextEncoder().encode(json), ...data]);
}

describe('container', () => {
  it('gives back what it was given', () => {
    const {metadata, parts} = decodeContainer(encodeContainer(sample()), {where});
    expect(metadata).toEqual(sample().metadata);
    expect([...parts.keys()]).toEqual(['state', 'values', 'empty', 'places']);
    expect(jsonOf(parts.get('state')!)).toEqual({step: 12, name: 'é'});
    expect([...float32Of(parts.get('values')!)]).toEqual([1, -2.5, Math.fround(3e-20)]);
    expect([...int32Of(parts.get('places')!)]).toEqual([7, -8]);
    expect(parts.get('empty')!.shape).toEqual([0, 4]);
  });

  it('reads a Buffer of Node, whose slices are no copies', () => {
    const file = Buffer.concat([Buffer.from(encodeContainer(sample()))]);
    const values = float32Of(decodeContainer(file, {where}).parts.get('values')!);
    expect([...values]).toEqual([1, -2.5, Math.fround(3e-20)]);
    values[0] = 7;
    expect(float32Of(decodeContainer(file, {where}).parts.get('values')!)[0]).toBe(1);
  });

  it('is a file of safetensors: length, header, parts where the header says', () => {
    const file = encodeContainer(sample());
    const length = Number(new DataView(file.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length)));
    const [begin, end] = header.values.data_offsets;
    expect(header.values).toMatchObject({dtype: 'F32', shape: [3]});
    const view = new DataView(file.buffer, 8 + length + begin, end - begin);
    expect([0, 4, 8].map((at) => view.getFloat32(at, true))).toEqual([1, -2.5, Math.fround(3e-20)]);
    expect(header.__metadata__.format).toBe('sample');
  });

  it('reads what another program wrote in another order, if checksums are not asked for', () => {
    const header = {
      b: {dtype: 'U8', shape: [2], data_offsets: [4, 6]},
      a: {dtype: 'F32', shape: [1], data_offsets: [0, 4]},
    };
    const file = written(header, [0, 0, 128, 63, 5, 6]);
    const {parts} = decodeContainer(file, {where, acceptsUnchecked: true});
    expect([...float32Of(parts.get('a')!)]).toEqual([1]);
    expect([...parts.get('b')!.bytes]).toEqual([5, 6]);
    expect(() => decodeContainer(file, {where})).toThrow(
      'load: source must be a file that this library has saved, received one without checksums.',
    );
  });

  it('reads parts without numbers, wherever they stand', () => {
    const header = {
      last: {dtype: 'F32', shape: [0], data_offsets: [2, 2]},
      full: {dtype: 'U8', shape: [2], data_offsets: [0, 2]},
      first: {dtype: 'F32', shape: [3, 0], data_offsets: [0, 0]},
    };
    const {parts} = decodeContainer(written(header, [5, 6]), {where, acceptsUnchecked: true});
    expect([...parts].map(([name, {bytes}]) => [name, ...bytes])).toEqual([['first'], ['full', 5, 6], ['last']]);
  });

  const entry = (changes: object) => ({a: {dtype: 'U8', shape: [2], data_offsets: [0, 2], ...changes}});
  it.each<[string, Uint8Array, RegExp]>([
    ['nothing', new Uint8Array(0), /must have at least 8 bytes, received 0/],
    ['a header longer than the file', written('{}', []).slice(0, 9), /a header of at most 1 bytes, received one of 2/],
    ['a header of 2^64 − 1 bytes', new Uint8Array(100).fill(255), /received one of 18446744073709551615/],
    ['no JSON', written('[1', []), /header in JSON, received "\[1"/],
    ['a list', written('[]', []), /header in JSON/],
    ['metadata that is no text', written({__metadata__: {a: 1}}, []), /metadata of texts, received {"a":1}/],
    ['an unknown kind', written(entry({dtype: 'toString'}), [1, 2]), /parts one after the other/],
    ['a shape of another size', written(entry({shape: [3e8, 40]}), [1, 2]), /parts one after the other/],
    ['a part beyond the end', written(entry({shape: [3], data_offsets: [0, 3]}), [1, 2]), /parts one after the other/],
    ['a part that begins later', written(entry({shape: [1], data_offsets: [1, 2]}), [1, 2]), /one after the other/],
    ['no part', written({a: null}, []), /parts one after the other/],
    ['bytes of no part', written({}, [1, 2]), /end with its last part, after 0 bytes, received 2 bytes/],
  ])('refuses %s', (_, file, message) => {
    expect(() => decodeContainer(file, {where, acceptsUnchecked: true})).toThrow(message);
  });

  it('finds each changed bit', () => {
    const file = encodeContainer(sample());
    const meant = describeContainer(file);
    for (let bit = 0; bit < 8 * file.length; bit++) {
      const changed = file.slice();
      changed[bit >> 3] ^= 1 << (bit & 7);
      let accepted: string | undefined;
      try {
        accepted = describeContainer(changed);
      } catch (error) {
        expect((error as Error).message).toMatch(/^load: source must .*, received .*\. It was damaged/s);
      }
      // A space of the header that becomes another space says the same.
      if (accepted !== undefined) expect(accepted).toBe(meant);
    }
  });

  it('accepts no mutation that means something else', async () => {
    const file = encodeContainer(sample());
    const meant = describeContainer(file);
    await fc.assert(
      fc.asyncProperty(mutatedBytes(file), async (bytes) => {
        const outcome = await outcomeOf(() => describeContainer(bytes));
        if (outcome !== undefined) expect(outcome).toBe(meant);
      }),
      hostileRuns(300),
    );
  });
});

function describeContainer(file: Uint8Array): string {
  const {metadata, parts} = decodeContainer(file, {where});
  return JSON.stringify([metadata, [...parts].map(([name, part]) => [name, {...part, bytes: [...part.bytes]}])]);
}
