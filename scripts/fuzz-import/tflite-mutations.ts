import { viewOf } from '../../src/formats/bytes.js';
import type { Random } from '../../src/core/random.js';
import { AWKWARD_INTEGERS, pick, type Mutation } from './mutation.js';

/** The tables of a flatbuffer lie together, before or after the weights: damage goes to either end of the file. */
const TABLE_BYTES = 12_000;
const WORD_BYTES = 4;

/**
 * Damage to TensorFlow Lite files. Offsets, lengths and shapes of a flatbuffer are aligned words of four bytes: these
 * change, move and meet. Add mutations of single tables here.
 */
export function tfliteMutations(bytes: Uint8Array): readonly Mutation[] {
  const words = Math.floor(bytes.length / WORD_BYTES);
  const reach = Math.min(words, TABLE_BYTES / WORD_BYTES);
  const place = (random: Random): number => {
    const word = random.integer(0, reach - 1);
    return WORD_BYTES * (random.unit() < 0.5 ? word : words - 1 - word);
  };
  const edited = (edit: (view: DataView, random: Random) => void) => (random: Random) => {
    const copy = Uint8Array.from(bytes);
    for (let count = random.integer(1, 4); count > 0; count -= 1) edit(viewOf(copy), random);
    return copy;
  };
  const changed = (change: (word: number, random: Random) => number) =>
    edited((view, random) => {
      const at = place(random);
      view.setInt32(at, change(view.getInt32(at, true), random), true);
    });
  return [
    { name: 'awkward word', apply: changed((_, random) => pick(random, AWKWARD_INTEGERS)) },
    {
      name: 'word off by a little',
      apply: changed((word, random) => word + pick(random, [-8, -4, -2, -1, 1, 2, 4, 8])),
    },
    { name: 'negated word', apply: changed((word) => -word) },
    { name: 'multiplied word', apply: changed((word, random) => word * pick(random, [2, 16, 1024, 65_536])) },
    {
      name: 'word copied',
      apply: edited((view, random) => view.setInt32(place(random), view.getInt32(place(random), true), true)),
    },
    {
      name: 'offset to another place',
      apply: edited((view, random) => {
        const at = place(random);
        view.setInt32(at, place(random) - at, true);
      }),
    },
    {
      name: 'half word',
      apply: edited((view, random) => {
        view.setInt16(
          place(random) + pick(random, [0, 2]),
          pick(random, [0, 1, 2, 4, 6, 0x7fff, -1, -2]),
          true,
        );
      }),
    },
  ];
}
