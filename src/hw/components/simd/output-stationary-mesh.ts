import type { V128 } from '../../../wasm/expression.js';
import type { FunctionBuilder } from '../../../wasm/function-builder.js';
import { ModuleBuilder } from '../../../wasm/module-builder.js';
import { i16x8, i32x4, v128 } from '../../../wasm/simd.js';
import type { Workspace } from '../../../wasm/workspace.js';
import type { MacArray } from '../../accelerator.js';
import { mostLanes } from '../../operand-mode.js';
import { FIRST, LAST, tagOf } from '../mesh-tags.js';
import type { EnteringVector, OutputStationaryArray, RegisterContents, TakeSum } from '../product-array.js';
import { functionsFor, type Kernel } from './kernel-cache.js';
import { NorthRows } from './north-rows.js';
import {
  addProducts,
  loadSums,
  overVectors,
  storeSums,
  VECTOR,
  vectorsFor,
  type Pointer,
  type Sums,
} from './vectors.js';
import { WestLines } from './west-lines.js';

/** The systolic mesh in which sums stay, with eight elements in a vector: the same registers, cycle by cycle, sums modulo 2^32. */
export class SimdOutputStationaryMesh implements OutputStationaryArray {
  readonly #rows: number;
  readonly #columns: number;
  readonly #hasColumnBus: boolean;
  readonly #workspace: Workspace;
  readonly #west: WestLines;
  readonly #north: NorthRows;
  readonly #address: number;
  readonly #sums: Int32Array;
  readonly #rowLength: number;
  readonly #step: Kernel;
  /** The step while the first vector of a stream is on its way. */
  readonly #clearingStep: Kernel;
  #cyclesSinceFirst = 0;
  #cyclesSinceLast = 0;
  #hasEvaluated = false;
  #hasShifted = false;

  constructor(array: MacArray, workspace: Workspace) {
    const { rows, columns, drain } = array;
    const lanes = mostLanes(array);
    this.#rows = rows;
    this.#columns = columns;
    this.#hasColumnBus = drain === 'columnBus';
    this.#workspace = workspace;
    this.#rowLength = VECTOR * vectorsFor(columns);
    this.#west = new WestLines(workspace, rows, columns, lanes);
    this.#north = new NorthRows(workspace, rows, columns, lanes);
    const sums = rows * this.#rowLength;
    this.#address = workspace.allocate(4 * sums);
    this.#sums = new Int32Array(workspace.memory.buffer, this.#address, sums).fill(0);
    const shape = `output-stationary ${rows}x${columns}x${lanes}`;
    const emit = (): ModuleBuilder => stepModule(rows, columns, lanes, this.#west, this.#north);
    const { step, clearingStep } = functionsFor(workspace, shape, emit);
    [this.#step, this.#clearingStep] = [step!, clearingStep!];
  }

  evaluate(entering: EnteringVector | null, take: TakeSum): boolean {
    const [west, north] = [this.#west, this.#north];
    const farthest = this.#rows + this.#columns - 2;
    west.enter(entering === null ? null : entering.west, tagOf(entering));
    north.enter(entering === null ? null : entering.north);
    if (entering?.isFirst === true) this.#cyclesSinceFirst = 0;
    else this.#cyclesSinceFirst += 1;
    const step = this.#cyclesSinceFirst > farthest ? this.#step : this.#clearingStep;
    step(west.address, north.address, this.#address);
    this.#hasEvaluated = true;
    if (entering?.isLast === true) this.#cyclesSinceLast = 0;
    else this.#cyclesSinceLast += 1;
    if (this.#cyclesSinceLast > farthest) return false;
    const { values, tags } = west;
    for (let distance = 0; this.#hasColumnBus && distance <= farthest; distance += 1) {
      if ((values[tags + distance]! & LAST) !== 0) this.#takeDiagonal(distance, take);
    }
    return (values[tags + farthest]! & LAST) !== 0;
  }

  shift(): ArrayLike<number> {
    this.#hasShifted = true;
    const last = (this.#rows - 1) * this.#rowLength;
    return this.#sums.slice(last, last + this.#columns);
  }

  tick(): void {
    if (this.#hasShifted) {
      this.#sums.copyWithin(this.#rowLength, 0, (this.#rows - 1) * this.#rowLength);
      this.#hasShifted = false;
    }
    if (!this.#hasEvaluated) return;
    this.#west.tick();
    this.#north.tick();
    this.#hasEvaluated = false;
  }

  registers(): RegisterContents {
    return {
      ...this.#west.registers(),
      ...this.#north.registers(),
      sums: [...this.#sums].filter((_, at) => at % this.#rowLength < this.#columns),
    };
  }

  release(): void {
    this.#west.release();
    this.#north.release();
    this.#workspace.heap.free(this.#address);
  }

  /** The sums of the elements that are so many steps from the north-western one. */
  #takeDiagonal(distance: number, take: TakeSum): void {
    const end = Math.min(this.#rows - 1, distance);
    for (let row = Math.max(0, distance - this.#columns + 1); row <= end; row += 1) {
      const column = distance - row;
      take(column, row, this.#sums[row * this.#rowLength + column]!);
    }
  }
}

/** One cycle of all elements; the first vector of a stream clears the sums that it passes. */
function stepModule(
  rows: number,
  columns: number,
  lanes: number,
  west: WestLines,
  north: NorthRows,
): ModuleBuilder {
  const builder = new ModuleBuilder();
  for (const clears of [false, true]) {
    const name = clears ? 'clearingStep' : 'step';
    builder.define(name, { west: 'i32', north: 'i32', sums: 'i32' }, (f, parameters) => {
      const tags = f.let('i32', parameters.west);
      f.increase(tags, west.tagOffset);
      const pointers: readonly Pointer[] = [
        { local: parameters.west, rowBytes: west.rowBytes, elementBytes: 2 },
        { local: parameters.north, rowBytes: -north.rowBytes, elementBytes: 2 },
        { local: parameters.sums, rowBytes: 4 * VECTOR * vectorsFor(columns), elementBytes: 4 },
        ...(clears ? [{ local: tags, rowBytes: 2, elementBytes: 2 } as const] : []),
      ];
      overVectors(f, rows, columns, pointers, (column) => {
        const pairs = Array.from({ length: lanes }, (_, lane) => ({
          a: v128.load(parameters.west, lane * west.laneBytes + 2 * column),
          b: v128.load(parameters.north, lane * north.laneBytes + 2 * column),
        }));
        const held = loadSums(parameters.sums, column);
        const sums = clears ? clearedByFirst(f, held, v128.load(tags, 2 * column)) : held;
        storeSums(f, parameters.sums, column, addProducts(f, sums, pairs));
      });
    });
  }
  return builder;
}

/** Sums, 0 where the first vector of a stream is. */
function clearedByFirst(f: FunctionBuilder, [low, high]: Sums, tags: V128): Sums {
  const first = i16x8.splat(FIRST);
  const isFirst = f.let('v128', i16x8.eq(v128.and(tags, first), first));
  return [
    v128.andnot(low, i32x4.extendLowI16x8S(isFirst)),
    v128.andnot(high, i32x4.extendHighI16x8S(isFirst)),
  ];
}
