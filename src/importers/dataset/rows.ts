import { assert, UserError } from '../../core/errors.js';
import type { PlainArray } from '../../formats/elements.js';
import { elementCount, sameShape, shapeText, type Shape } from '../../tensor/shape.js';
import { tensor, type FloatTensor } from '../../tensor/tensor.js';
import { asNumbers } from './array-file.js';
import type { Preprocessing } from './preprocessing.js';

/** Rows `first` up to, not including, `end`, `step` apart. */
export interface RowRange {
  readonly first: number;
  readonly end: number;
  readonly step: number;
}

/** `0:100`, `::4`, `7`; null is every row. */
export function parseRows(text: string | undefined, rowCount: number, option = '--rows'): RowRange {
  if (text === undefined) return { first: 0, end: rowCount, step: 1 };
  const parts = text.split(':');
  const numbers = parts.map((part) => (part === '' ? null : Number(part)));
  const valid =
    parts.length <= 3 && numbers.every((n) => n === null || (Number.isInteger(n) && n >= 0)) && text !== '';
  const first = numbers[0] ?? 0;
  const end = parts.length === 1 ? first + 1 : Math.min(numbers[1] ?? rowCount, rowCount);
  const step = numbers[2] ?? 1;
  if (valid && first < end && end <= rowCount && step >= 1) return { first, end, step };
  throw new UserError({
    place: option,
    found: `'${text}'`,
    expected: `a row or a range first:end:step within 0 … ${rowCount}`,
    suggestion: `for example ${option} 0:${Math.min(100, rowCount)}`,
  });
}

/** The row numbers of a range. */
export function rowNumbers({ first, end, step }: RowRange): number[] {
  const rows: number[] = [];
  for (let row = first; row < end; row += step) rows.push(row);
  return rows;
}

/**
 * One stored row as the tensor a model's input takes, in the model's own axes, preprocessed in double precision and
 * rounded to float32 once.
 */
export class RowReader {
  readonly rowCount: number;
  readonly #array: PlainArray;
  readonly #values: ArrayLike<number>;
  readonly #outside: Shape;
  readonly #preprocessing: Preprocessing;
  readonly #source: Int32Array;
  readonly #channelOf: Int32Array;

  /**
   * @param outside the input's shape in the model's own axes, batch included.
   * @throws UserError where a row does not fit the input, or a divisor is 0.
   */
  constructor(array: PlainArray, outside: Shape, preprocessing: Preprocessing) {
    if ([preprocessing.divide, ...preprocessing.std].includes(0)) {
      throw new UserError({ place: 'preprocessing', found: 'a division by 0', expected: 'other divisors' });
    }
    if (array.shape.length === 0) {
      throw new UserError({ place: 'data', found: 'a scalar', expected: 'an array with a row per sample' });
    }
    this.rowCount = Math.floor(array.shape[0]! / Math.max(1, outside[0] ?? 1));
    this.#array = array;
    this.#values = asNumbers(array);
    this.#outside = outside;
    this.#preprocessing = preprocessing;
    const { source, channelOf } = placeElements(array.shape.slice(1), outside, preprocessing);
    this.#source = source;
    this.#channelOf = channelOf;
  }

  /** Sample `index`, 0 … rowCount − 1: as many consecutive stored rows as the model's batch holds. */
  row(index: number): FloatTensor {
    assert(Number.isInteger(index) && index >= 0 && index < this.rowCount, 'a row lies within the data', {
      index,
      rowCount: this.rowCount,
    });
    const { divide, mean, std } = this.#preprocessing;
    const batch = this.#outside[0] ?? 1;
    const perRow = elementCount(this.#array.shape.slice(1));
    const data = new Float32Array(batch * perRow);
    for (let image = 0; image < batch; image += 1) {
      const base = (index * batch + image) * perRow;
      for (let i = 0; i < perRow; i += 1) {
        const channel = this.#channelOf[i]!;
        const value = this.#values[base + this.#source[i]!]! / divide;
        data[image * perRow + i] = (value - (mean[channel] ?? mean[0]!)) / (std[channel] ?? std[0]!);
      }
    }
    return tensor('float32', this.#outside, data);
  }
}

/** For each element of the model's row: which stored element it is, and which channel's mean and std it gets. */
function placeElements(
  row: Shape,
  outside: Shape,
  { layout, reverseChannels, mean, std }: Preprocessing,
): { readonly source: Int32Array; readonly channelOf: Int32Array } {
  const wanted = outside.slice(1);
  const refuse = (found: string, suggestion: string): never => {
    throw new UserError({
      place: 'data',
      found,
      expected: `rows for an input of ${shapeText(outside)}`,
      suggestion,
    });
  };
  if (elementCount(row) !== elementCount(wanted)) {
    refuse(`rows of ${shapeText(row)}`, 'choose data of this shape, or another --input-shape');
  }
  const order = layout === 'auto' ? guessLayout(row, wanted) : layout;
  const count = elementCount(row);
  const source = Int32Array.from({ length: count }, (_, i) => i);
  const channelOf = new Int32Array(count);
  const perChannelValues = Math.max(mean.length, std.length);
  if (order === null) {
    if (
      squeezed(row).length > 1 &&
      squeezed(wanted).length > 1 &&
      !sameShape(squeezed(row), squeezed(wanted))
    ) {
      refuse(`rows of ${shapeText(row)}`, 'say --layout hwc or --layout chw');
    }
    if (perChannelValues > 1) refuse('a mean or std per channel', 'say --layout hwc or --layout chw');
    if (reverseChannels) refuse('channels to reverse', 'say --layout hwc or --layout chw');
    return { source, channelOf };
  }
  // Channels of the stored row, and of the model's input: the axis that is last in hwc and first in chw.
  const channels = order === 'hwc' ? row.at(-1)! : row[0]!;
  const pixels = count / channels;
  const spatial = order === 'hwc' ? row.slice(0, -1) : row.slice(1);
  const wantsChannelFirst = sameShape([channels, ...spatial], wanted);
  if (!wantsChannelFirst && !sameShape([...spatial, channels], wanted)) {
    refuse(`rows of ${shapeText(row)} read as ${order}`, 'choose data of this shape, or another --layout');
  }
  const misfit = [mean.length, std.length].find((length) => length !== 1 && length !== channels);
  if (misfit !== undefined) {
    refuse(`${misfit} means or stds for ${channels} channels`, 'give one, or one per channel');
  }
  for (let channel = 0; channel < channels; channel += 1) {
    const stored = reverseChannels ? channels - 1 - channel : channel;
    for (let pixel = 0; pixel < pixels; pixel += 1) {
      const to = wantsChannelFirst ? channel * pixels + pixel : pixel * channels + channel;
      source[to] = order === 'hwc' ? pixel * channels + stored : stored * pixels + pixel;
      channelOf[to] = channel;
    }
  }
  return { source, channelOf };
}

/** Which axis holds the channels of an image row, from how it fits the input; null where rows are no images. */
function guessLayout(row: Shape, wanted: Shape): 'hwc' | 'chw' | null {
  if (row.length !== 3 || wanted.length !== 3) return null;
  const [height, width, channels] = row as [number, number, number];
  if (sameShape([channels, height, width], wanted)) return sameShape(row, wanted) ? null : 'hwc';
  if (!sameShape(row, wanted)) return null;
  return channels <= 4 && height > 4 ? 'hwc' : 'chw';
}

function squeezed(shape: Shape): Shape {
  return shape.filter((extent) => extent !== 1);
}
