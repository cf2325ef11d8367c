// A generator of one fuzz case: every case has its own, from the run's seed, the target's name and the case's number,
// so that a case can be made again without those before it. sfc32, which is small and fast; nothing rests on its quality.

const P = 2130706433; // KoalaBear: 2^31 − 2^24 + 1

/** Integers at which formats and fields change their behaviour; non-negative, some beyond 32 bits. */
export const BOUNDARIES: readonly number[] = [
  0,
  1,
  2,
  3,
  7,
  8,
  9,
  127,
  128,
  255,
  256,
  2 ** 14,
  2 ** 16 - 1,
  2 ** 16,
  2 ** 20,
  2 ** 24 - 1,
  2 ** 24,
  2 ** 26,
  2 ** 30,
  P - 1,
  P,
  P + 1,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32 - 2,
  2 ** 32 - 1,
  2 ** 32,
  2 ** 53,
];

/** Pseudo-random choices from a seed. */
export class Random {
  private readonly state: Uint32Array;

  /** @param seeds - any integers and texts: other seeds give other choices */
  constructor(...seeds: readonly (number | string)[]) {
    // FNV-1a over the text of the seeds, once for each word
    this.state = Uint32Array.from({ length: 4 }, (_, word) => {
      let hash = 0x811c9dc5 ^ word;
      for (const char of seeds.join('/')) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193);
      return hash;
    });
    for (let i = 0; i < 15; i++) this.word();
  }

  /** 32 bits. */
  word(): number {
    const [a, b, c, counter] = this.state;
    const sum = (a + b + counter) >>> 0;
    this.state[3] = counter + 1;
    this.state[0] = b ^ (b >>> 9);
    this.state[1] = c + (c << 3);
    this.state[2] = ((c << 21) | (c >>> 11)) + sum;
    return sum;
  }

  /** An integer from 0 to `end` − 1; 0 for an end of 0. */
  below(end: number): number {
    return Math.floor((this.word() / 2 ** 32) * end);
  }

  /** True once in `times`. */
  oneIn(times: number): boolean {
    return this.below(times) === 0;
  }

  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)];
  }

  /** A boundary, one beside it, or a small number. */
  integer(): number {
    const kind = this.below(4);
    if (kind === 0) return this.below(16);
    if (kind === 1) return this.word() >>> this.below(32);
    return Math.max(0, this.pick(BOUNDARIES) + (kind === 2 ? 0 : this.below(3) - 1));
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.word());
  }
}
