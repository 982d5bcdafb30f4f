import { realToCode } from '../../arith/affine.js';
import { formatName, maxOf, minOf } from '../../arith/int-format.js';
import { UserError } from '../../core/errors.js';
import { FLOAT32, type Graph, type Value, type ValueId } from '../../ir/graph.js';
import { toOutside } from '../../kernels/ports.js';
import { elementCount, shapeText, type Shape } from '../../tensor/shape.js';
import { firstOutside, storageType, zeros, type Tensor } from '../../tensor/tensor.js';
import { sameElements } from './match.js';
import { outputShape, shownValues, type ShownOutput, type ShownValue, type Side } from './side.js';

/** An array of recorded values: rows one after another along its first axis. */
export interface Recording {
  readonly shape: Shape;
  readonly data: ArrayLike<number>;
  /** Real numbers; otherwise integers, which are codes of a value that has such. */
  readonly isReal: boolean;
}

/** What a run of a model left behind. */
export interface Recordings {
  /** Outputs by name, in the axes of the source model. */
  readonly outputs: ReadonlyMap<string, Recording>;
  /** Values by id, in the layout of the graph: images are NHWC. */
  readonly values: ReadonlyMap<ValueId, Recording>;
}

export interface RecordedSide extends Side {
  /** Rows 0 … rowCount − 1 of the data were recorded. */
  readonly rowCount: number;
}

/**
 * What was recorded of a model as one side of a comparison with it. Real numbers recorded of a value that has a grid are compared
 * as its nearest codes.
 *
 * @throws UserError where an array does not hold whole rows of its output, or no codes of it, or arrays differ in their rows.
 */
export function recordedSide(graph: Graph, recordings: Recordings): RecordedSide {
  const places = new Map(shownValues(graph).map(({ value }) => [value.id, value]));
  const readers = new Map<ValueId, Reader>();
  const values = Array.from(recordings.values, ([id, recording]): ShownValue => {
    const known = places.get(id);
    const fits = known !== undefined && rowsOf(recording, known.shape) !== null;
    if (fits) readers.set(id, new Reader(`'${id}'`, recording, known, known.shape));
    return {
      value: fits ? known : { id, shape: recording.shape, type: FLOAT32 },
      index: null,
      node: null,
      operator: 'recorded',
      isQuantized: readers.get(id)?.isQuantized ?? false,
    };
  });
  const outputs = graph.outputs.flatMap((port): RecordedOutput[] => {
    const value = graph.values.get(port.value)!;
    const shape = outputShape(graph, port);
    const recording = recordings.outputs.get(port.name);
    const own = recording === undefined ? null : new Reader(`output '${port.name}'`, recording, value, shape);
    const reader = own ?? readers.get(port.value);
    if (reader === undefined) return [];
    const { isQuantized } = reader;
    return [
      {
        shown: { name: port.name, value, shape, isQuantized },
        reader,
        read: (row) => (own === null ? toOutside(port, reader.row(row)) : own.row(row)),
      },
    ];
  });
  return {
    values,
    outputs: outputs.map(({ shown }) => shown),
    rowCount: commonRowCount([...readers.values(), ...outputs.map(({ reader }) => reader)]),
    run: (row, _inputs, observe) => {
      for (const [id, reader] of readers) observe(id, reader.row(row));
      return outputs.map(({ read }) => read(row));
    },
  };
}

interface RecordedOutput {
  readonly shown: ShownOutput;
  readonly reader: Reader;
  readonly read: (row: number) => Tensor;
}

function commonRowCount(readers: readonly Reader[]): number {
  const [first] = readers;
  if (first === undefined) return 0;
  const other = readers.find(({ rowCount }) => rowCount !== first.rowCount);
  if (other === undefined) return first.rowCount;
  throw new UserError({
    place: other.place,
    found: `${other.rowCount} rows`,
    expected: `${first.rowCount}, as many as of ${first.place}`,
  });
}

/** How many rows of a value of this shape an array holds; null where it holds no whole ones. */
function rowsOf({ shape: stored }: Recording, shape: Shape): number | null {
  const batch = shape[0] ?? 1;
  const [extent = 1, ...rest] = stored;
  const fits = sameElements(rest, shape.slice(1)) && extent % batch === 0 && extent > 0;
  return fits ? extent / batch : null;
}

/** Rows of one recorded value, as tensors of the value's type and shape. */
class Reader {
  readonly rowCount: number;
  readonly isQuantized: boolean;
  readonly place: string;
  readonly #data: ArrayLike<number>;
  readonly #value: Value;
  readonly #shape: Shape;

  constructor(place: string, recording: Recording, value: Value, shape: Shape) {
    const rowCount = rowsOf(recording, shape);
    if (rowCount === null) {
      throw new UserError({
        place,
        found: `an array of ${shapeText(recording.shape)}`,
        expected: `rows of ${shapeText(shape)}`,
      });
    }
    this.place = place;
    this.rowCount = rowCount;
    this.#data = recording.data;
    this.#value = value;
    this.#shape = shape;
    this.isQuantized = recording.isReal && value.type.kind === 'int';
    if (!recording.isReal) this.#checkCodes();
  }

  row(index: number): Tensor {
    const { type } = this.#value;
    const count = elementCount(this.#shape);
    const base = index * count;
    const made = zeros(type.kind === 'int' ? storageType(type.format) : 'float32', this.#shape);
    const grid = type.kind === 'int' && this.isQuantized ? type : null;
    const { scales, zeroPoint } = grid?.quantization ?? { scales: [1], zeroPoint: 0 };
    for (let i = 0; i < count; i += 1) {
      const stored = this.#data[base + i]!;
      made.data[i] = grid === null ? stored : realToCode(stored, scales[0]!, zeroPoint, grid.format);
    }
    return made;
  }

  /** Integers are codes: of a value that has codes, and within its format. */
  #checkCodes(): void {
    const { type } = this.#value;
    if (type.kind === 'float32') {
      throw new UserError({
        place: this.place,
        found: 'integers',
        expected: 'real numbers (float32): this value of the model has no codes',
      });
    }
    const outside = firstOutside(this.#data, type.format);
    if (outside < 0) return;
    throw new UserError({
      place: `${this.place}, element ${outside}`,
      found: `code ${this.#data[outside]}`,
      expected: `${formatName(type.format)}, ${minOf(type.format)} to ${maxOf(type.format)}`,
      suggestion: 'these are outputs of another model, or real numbers stored as integers',
    });
  }
}
