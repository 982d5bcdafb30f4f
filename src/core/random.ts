/**
 * Seeded random numbers: the same seed gives the same sequence on every machine.
 *
 * The generator is `splitmix32` seeding `xoshiro128**` (Blackman and Vigna, 2018), in 32-bit integer arithmetic.
 */
export class Random {
  readonly #state: Uint32Array;

  constructor(seed: number) {
    let s = seed >>> 0;
    this.#state = Uint32Array.from({ length: 4 }, () => {
      s = (s + 0x9e3779b9) >>> 0;
      let z = s;
      z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
      z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
      return (z ^ (z >>> 16)) >>> 0;
    });
  }

  /** The next 32 random bits, 0 … 2^32 − 1. */
  bits(): number {
    const s = this.#state;
    const scrambled = Math.imul(rotateLeft(Math.imul(s[1]!, 5), 7), 9) >>> 0;
    const t = s[1]! << 9;
    s[2]! ^= s[0]!;
    s[3]! ^= s[1]!;
    s[1]! ^= s[2]!;
    s[0]! ^= s[3]!;
    s[2]! ^= t;
    s[3] = rotateLeft(s[3]!, 11);
    return scrambled;
  }

  /** A double in [0, 1) with 32 random bits. */
  unit(): number {
    return this.bits() / 2 ** 32;
  }

  /** A double in [low, high). */
  uniform(low: number, high: number): number {
    return low + (high - low) * this.unit();
  }

  /** An integer in [low, high], both ends included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.unit() * (high - low + 1));
  }

  /** A standard normal deviate (Box and Muller). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.unit()));
    return radius * Math.cos(2 * Math.PI * this.unit());
  }

  /** A random order of 0 … count − 1 (Fisher and Yates). */
  permutation(count: number): number[] {
    const order = Array.from({ length: count }, (_, index) => index);
    for (let last = count - 1; last > 0; last -= 1) {
      const other = this.integer(0, last);
      [order[last], order[other]] = [order[other]!, order[last]!];
    }
    return order;
  }
}

function rotateLeft(value: number, bits: number): number {
  return ((value << bits) | (value >>> (32 - bits))) >>> 0;
}
