import { assert } from '../../core/errors.js';
import type { Value } from '../../ir/graph.js';
import { stridesOf, type Shape } from '../../tensor/shape.js';
import type { Tensor } from '../../tensor/tensor.js';
import { toReals } from '../edges.js';
import { sameType } from './side.js';

/** The first element that differs: codes where codes are compared, else real numbers. */
export interface FirstElement {
  /** The number of the row in the data. */
  readonly row: number;
  /** An index for each axis of the first side's value; none for a scalar. */
  readonly position: readonly number[];
  readonly first: number;
  readonly second: number;
}

/** How far apart two sides are in one value, over all rows. */
export interface Difference {
  /**
   * Codes on one grid; recorded real numbers as the nearest codes of the grid; or real numbers, those that codes stand for
   * where a side has codes.
   */
  readonly compared: 'codes' | 'quantized' | 'reals';
  /** Elements compared. */
  readonly elements: number;
  readonly differing: number;
  /** Largest |first − second|, in codes or as a real number. Infinity where one of them is no finite number. */
  readonly largest: number;
  /** Mean |first − second| over all elements. */
  readonly mean: number;
  /** Of real numbers: the largest in steps of the first side's grid; null where it has none. */
  readonly largestSteps: number | null;
  /**
   * Of real numbers: 10 log10(sum x² / sum (first − x)²) in dB, x being those of the second side; null where they are
   * equal or all zero.
   */
  readonly sqnrDecibels: number | null;
  readonly firstElement: FirstElement | null;
}

/** Two values that have one meaning. */
export interface ComparedPair {
  readonly first: Value;
  readonly second: Value;
  readonly isQuantized: boolean;
  /** The axes in which positions are given: those of the first side. */
  readonly shape: Shape;
}

/** Whether the real numbers of a value are known: it has one scale, or none. */
export function isComparable({ type }: Value): boolean {
  return type.kind === 'float32' || (type.quantization?.axis ?? null) === null;
}

/** Adds up how two sides differ in one value, row by row. */
export class Tally {
  readonly #pair: ComparedPair;
  readonly #compared: Difference['compared'];
  #elements = 0;
  #differing = 0;
  #largest = 0;
  #sum = 0;
  #signalEnergy = 0;
  #errorEnergy = 0;
  #firstElement: FirstElement | null = null;

  constructor(pair: ComparedPair) {
    this.#pair = pair;
    const areCodes = pair.first.type.kind === 'int' && sameType(pair.first.type, pair.second.type);
    this.#compared = !areCodes ? 'reals' : pair.isQuantized ? 'quantized' : 'codes';
  }

  /** Compares the value of one row; returns what was compared. */
  add(row: number, first: Tensor, second: Tensor): { readonly first: Tensor; readonly second: Tensor } {
    const isReal = this.#compared === 'reals';
    const a = isReal ? toReals(this.#pair.first, first) : first;
    const b = isReal ? toReals(this.#pair.second, second) : second;
    assert(a.data.length === b.data.length, 'two values that are compared have as many elements', {
      first: first.shape,
      second: second.shape,
    });
    for (let i = 0; i < a.data.length; i += 1) {
      const [left, right] = [a.data[i]!, b.data[i]!];
      if (isReal) this.#signalEnergy += right * right;
      if (left === right || (Number.isNaN(left) && Number.isNaN(right))) continue;
      const difference = Math.abs(left - right);
      const size = Number.isNaN(difference) ? Infinity : difference;
      this.#differing += 1;
      this.#sum += size;
      this.#errorEnergy += size * size;
      if (size > this.#largest) this.#largest = size;
      this.#firstElement ??= { row, position: positionOf(i, this.#pair.shape), first: left, second: right };
    }
    this.#elements += a.data.length;
    return { first: a, second: b };
  }

  result(): Difference {
    const { type } = this.#pair.first;
    const step = type.kind === 'int' ? (type.quantization?.scales[0] ?? null) : null;
    const isReal = this.#compared === 'reals';
    const decibels = 10 * Math.log10(this.#signalEnergy / this.#errorEnergy);
    return {
      compared: this.#compared,
      elements: this.#elements,
      differing: this.#differing,
      largest: this.#largest,
      mean: this.#elements === 0 ? 0 : this.#sum / this.#elements,
      largestSteps: isReal && step !== null ? this.#largest / step : null,
      sqnrDecibels: isReal && Number.isFinite(decibels) ? decibels : null,
      firstElement: this.#firstElement,
    };
  }
}

function positionOf(element: number, shape: Shape): number[] {
  const strides = stridesOf(shape);
  return shape.map((extent, axis) => Math.floor(element / strides[axis]!) % extent);
}
