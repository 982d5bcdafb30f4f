import { viewOf, concatBytes } from '../../src/formats/bytes.js';
import type { Random } from '../../src/core/random.js';
import { pick, type Mutation } from './mutation.js';

/** Extreme offsets and lengths as little-endian words: of 4 bytes as they are, of 8 with their sign. */
const EXTREME_WORDS = [
  0n,
  -1n,
  2n ** 31n - 1n,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 63n - 1n,
  -(2n ** 63n),
  -2n,
  -4n,
  -16n,
  -1000n,
];

/** The head of a file has its lengths, offsets and names: half of the damage goes there. */
const HEAD_BYTES = 2000;
const LONGEST_RANGE = 4096;

/** Damage that knows nothing of the format. */
export function byteMutations(bytes: Uint8Array): readonly Mutation[] {
  const { length } = bytes;
  const place = (random: Random): number =>
    random.integer(0, Math.max(0, (random.unit() < 0.5 ? Math.min(HEAD_BYTES, length) : length) - 1));
  const range = (random: Random): readonly [number, number] => {
    const start = place(random);
    return [start, Math.min(length, start + random.integer(1, random.unit() < 0.7 ? 16 : LONGEST_RANGE))];
  };
  const edited = (edit: (copy: Uint8Array, random: Random) => void) => (random: Random) => {
    const copy = Uint8Array.from(bytes);
    edit(copy, random);
    return copy;
  };
  return [
    { name: 'truncate', apply: (random) => bytes.slice(0, place(random)) },
    {
      name: 'flip bytes',
      apply: edited((copy, random) => {
        for (let count = random.integer(1, 8); count > 0; count -= 1)
          copy[place(random)]! ^= random.integer(1, 255);
      }),
    },
    {
      name: 'flip a bit',
      apply: edited((copy, random) => {
        copy[place(random)]! ^= 1 << random.integer(0, 7);
      }),
    },
    {
      name: 'fill a range',
      apply: edited((copy, random) => {
        const [start, end] = range(random);
        copy.fill(pick(random, [0, 0xff, 0x7f, 0x80, 0x5b]), start, end);
      }),
    },
    {
      name: 'copy a range over another',
      apply: edited((copy, random) => {
        const [start, end] = range(random);
        copy.copyWithin(place(random), start, end);
      }),
    },
    {
      name: 'insert a range again',
      apply: (random) => {
        const [start, end] = range(random);
        const at = place(random);
        return concatBytes([bytes.subarray(0, at), bytes.subarray(start, end), bytes.subarray(at)]);
      },
    },
    {
      name: 'remove a range',
      apply: (random) => {
        const [start, end] = range(random);
        return concatBytes([bytes.subarray(0, start), bytes.subarray(end)]);
      },
    },
    {
      name: 'extreme word of 4 bytes',
      apply: edited((copy, random) => extremeWord(copy, place(random), 4, random)),
    },
    {
      name: 'extreme word of 8 bytes',
      apply: edited((copy, random) => extremeWord(copy, place(random), 8, random)),
    },
    {
      name: 'longest varint',
      apply: edited((copy, random) => {
        const at = place(random);
        const end = Math.min(length, at + random.integer(1, 9));
        copy.fill(0xff, at, end);
        if (end < length) copy[end] = pick(random, [0x01, 0x7f]);
      }),
    },
  ];
}

/** Overwrites the aligned word around a place. */
function extremeWord(bytes: Uint8Array, place: number, width: 4 | 8, random: Random): void {
  const at = place - (place % width);
  if (at + width > bytes.length) return;
  const word = pick(random, EXTREME_WORDS);
  if (width === 8) viewOf(bytes).setBigInt64(at, word, true);
  else viewOf(bytes).setUint32(at, Number(BigInt.asUintN(32, word)), true);
}
