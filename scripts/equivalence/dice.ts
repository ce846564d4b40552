/**
 * Choices from a list of numbers, one after the other. Where the list ends, and for a 0, every choice is its first and simplest
 * option: so a script is shrunk by shrinking its numbers.
 */
export class Dice {
  private next = 0;

  constructor(private readonly numbers: readonly number[]) {}

  /** An integer from `least` to `most`. */
  int(least: number, most: number): number {
    return least + (this.roll() % (most - least + 1));
  }

  of<Option>(options: readonly Option[]): Option {
    return options[this.roll() % options.length];
  }

  /** True once in so many times, never for a 0. */
  once(times: number): boolean {
    return this.roll() % times === times - 1;
  }

  private roll(): number {
    return this.numbers[this.next++] ?? 0;
  }
}
