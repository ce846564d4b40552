/** Addresses are multiples of this, so that rows of SIMD vectors do not straddle cache lines. */
const ALIGNMENT = 64;
const PAGE_BYTES = 65536;

/** Bytes that a memory can have at most. The last few are never given away: loops end at an address, and 2 ** 32 would be 0. */
const MOST_BYTES = 2 ** 32 - ALIGNMENT;

/** A memory has no room for what is to be allocated in it. */
export class OutOfMemory extends Error {}

/** A part of the memory: `bytes` from `address` on. */
interface Region {
  address: number;
  bytes: number;
}

/**
 * Regions in an own WebAssembly memory, which grows as needed: first fit, neighbours that are free become one.
 *
 * For a few large arrays, not for many small ones: both calls look through the list of free regions.
 */
export class MemoryPool {
  /** Free regions by ascending address, never two that touch. */
  private readonly free: Region[] = [];
  private readonly used = new Map<number, number>();

  /** @param memory  nobody else may allocate in it */
  constructor(readonly memory: WebAssembly.Memory) {
    this.free.push({address: ALIGNMENT, bytes: this.end - ALIGNMENT});
  }

  /** The address behind the last byte that may be given away. */
  private get end(): number {
    return Math.min(this.memory.buffer.byteLength, MOST_BYTES);
  }

  /** Bytes in use, the rounding up included. */
  get bytesInUse(): number {
    let sum = 0;
    for (const bytes of this.used.values()) sum += bytes;
    return sum;
  }

  /**
   * @returns address of a region of so many bytes, with arbitrary contents; never 0
   * @throws OutOfMemory if the memory cannot grow so far
   */
  allocate(bytes: number): number {
    const needed = Math.max(1, Math.ceil(bytes / ALIGNMENT)) * ALIGNMENT;
    const region = this.free.find((candidate) => candidate.bytes >= needed) ?? this.grow(needed);
    const {address} = region;
    region.address += needed;
    region.bytes -= needed;
    if (region.bytes === 0) this.free.splice(this.free.indexOf(region), 1);
    this.used.set(address, needed);
    return address;
  }

  /** Gives a region back that {@link allocate} returned. */
  release(address: number): void {
    const bytes = this.used.get(address)!;
    this.used.delete(address);
    const next = this.free.findIndex((region) => region.address > address);
    const index = next < 0 ? this.free.length : next;
    this.free.splice(index, 0, {address, bytes});
    this.joinWithNext(index);
    if (index > 0) this.joinWithNext(index - 1);
  }

  private joinWithNext(index: number): void {
    const [region, next] = [this.free[index], this.free[index + 1]];
    if (!next || region.address + region.bytes !== next.address) return;
    region.bytes += next.bytes;
    this.free.splice(index + 1, 1);
  }

  /** Makes the last free region, or a new one at the end, large enough. */
  private grow(bytes: number): Region {
    const {end} = this;
    let last = this.free[this.free.length - 1];
    if (!last || last.address + last.bytes !== end) {
      last = {address: end, bytes: 0};
      this.free.push(last);
    }
    const pages = Math.ceil((end + bytes - last.bytes - this.memory.buffer.byteLength) / PAGE_BYTES);
    try {
      if (end + bytes - last.bytes > MOST_BYTES) throw new RangeError();
      this.memory.grow(pages);
    } catch {
      if (last.bytes === 0) this.free.pop();
      throw new OutOfMemory(
        `sparse op: the memory of the kernels must have room for ${bytes} more bytes, received none beyond ${end}. ` +
          'Use smaller batches, or a smaller model.',
      );
    }
    last.bytes += this.end - end;
    return last;
  }
}
