import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/core/errors.js';
import { Random } from '../../../src/core/random.js';
import { parseTfliteModel } from '../../../src/formats/tflite-reader.js';
import { writeTflite } from '../../support/tflite-writer.js';

const quantization = { scales: [0.5, 0.25], zeroPoints: [1, -1], axis: 0 };
const small = {
  tensors: [
    { shape: [1, 4, 4, 2], shapeSignature: [-1, 4, 4, 2] },
    { shape: [2, 1, 1, 2], data: Uint8Array.of(1, 2, 3, 4), quantization },
    { shape: [1, 4, 4, 2] },
    { shape: [1, 32] },
  ],
  operators: [
    {
      name: 'CONV_2D',
      inputs: [0, 1, -1],
      outputs: [2],
      options: { strideW: 1, strideH: 1, padding: 'VALID' },
    },
    { name: 'RESHAPE', inputs: [2], outputs: [3], options: { newShape: [1, 32] } },
    { name: 'CUSTOM', customCode: 'own', inputs: [3], outputs: [3] },
  ],
  inputs: [0],
  outputs: [3],
} as const;
const files = (['inside', 'after'] as const).map((elements) => writeTflite(small, { elements }));

type Outcome = 'model' | 'refused';

/** Passes on whatever is not an error about the file. */
function outcome(bytes: Uint8Array): Outcome {
  try {
    parseTfliteModel(bytes);
    return 'model';
  } catch (error) {
    if (error instanceof UserError) return 'refused';
    throw error;
  }
}

/** How many of the files are a model, and how many are refused. */
function tally(damaged: Iterable<Uint8Array>): Record<Outcome, number> {
  const counts = { model: 0, refused: 0 };
  for (const bytes of damaged) counts[outcome(bytes)] += 1;
  return counts;
}

/** Copies with a few bits flipped or bytes replaced; the offset of the root and the identifier stay. */
function* flipped(file: Uint8Array, count: number, random: Random): Generator<Uint8Array> {
  for (let copies = 0; copies < count; copies += 1) {
    const copy = file.slice();
    for (let bytes = random.integer(1, 4); bytes > 0; bytes -= 1) {
      const at = random.integer(8, copy.length - 1);
      copy[at] = random.unit() < 0.5 ? copy[at]! ^ (1 << random.integer(0, 7)) : random.integer(0, 255);
    }
    yield copy;
  }
}

/** A copy with the little-endian 32-bit word at `at` replaced. */
function withWord(file: Uint8Array, at: number, word: number): Uint8Array {
  const copy = file.slice();
  new DataView(copy.buffer).setUint32(at, word, true);
  return copy;
}

describe.each(files.map((file, index) => ({ file, elements: ['inside', 'after'][index]! })))(
  'a damaged file with elements $elements',
  ({ file }) => {
    it('is refused wherever it is cut off', () => {
      // The last bytes may be padding.
      const cuts = Array.from(file, (_, length) => file.subarray(0, length));
      expect(tally(cuts).model).toBeLessThan(8);
      expect(outcome(file)).toBe('model');
    });

    it('is a model or is refused after any bytes changed', () => {
      const counts = tally(flipped(file, 4000, new Random(4)));
      expect(counts.refused).toBeGreaterThan(1000);
      expect(counts.model).toBeGreaterThan(100);
    });

    it('is a model or is refused with any word replaced by one that upsets lengths and offsets', () => {
      const words = [0, 1, 0x7fffffff, 0x80000000, 0xffffffff, file.length, file.length - 4];
      const damaged = words.flatMap((word) =>
        Array.from({ length: file.length - 12 }, (_, at) => withWord(file, at + 8, word)),
      );
      const counts = tally(damaged);
      expect(counts.refused).toBeGreaterThan(damaged.length / 4);
    });
  },
);
