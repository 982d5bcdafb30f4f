import type { V128 } from '../../../wasm/expression.js';
import type { FunctionBuilder } from '../../../wasm/function-builder.js';
import { ModuleBuilder } from '../../../wasm/module-builder.js';
import { i32 } from '../../../wasm/scalar.js';
import { i16x8, i32x4, v128 } from '../../../wasm/simd.js';
import type { Workspace } from '../../../wasm/workspace.js';
import type { MacArray } from '../../accelerator.js';
import { mostLanes } from '../../operand-mode.js';
import { FarthestTag } from '../farthest-tag.js';
import type { LeavingSums } from '../leaving-sums.js';
import { FIRST, LAST } from '../mesh-tags.js';
import type { EnteringVectors, OutputStationaryArray, RegisterContents } from '../product-array.js';
import { functionsFor, type Kernel } from './kernel-cache.js';
import { NorthRows } from './north-rows.js';
import { PassingTags } from './passing-tags.js';
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
  readonly #steps: Kernel;
  /** The steps while the first vector of a stream is on its way. */
  readonly #clearingSteps: Kernel;
  readonly #farthest: FarthestTag;
  readonly #tags: PassingTags;

  constructor(array: MacArray, workspace: Workspace) {
    const { rows, columns, drain } = array;
    const lanes = mostLanes(array);
    this.#rows = rows;
    this.#columns = columns;
    this.#farthest = new FarthestTag(rows + columns - 2);
    this.#tags = new PassingTags(rows + columns - 2);
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
    const { steps, clearingSteps } = functionsFor(workspace, shape, emit);
    [this.#steps, this.#clearingSteps] = [steps!, clearingSteps!];
  }

  passes(tag: number): boolean {
    return this.#farthest.isLast(tag);
  }

  step(entering: EnteringVectors, leaving: LeavingSums): void {
    const [west, north] = [this.#west, this.#north];
    for (let first = 0, end = 0; first < entering.cycles; first = end) {
      const most = Math.min(first + west.room, first + north.room, entering.cycles);
      end = this.#tags.enter(entering.tags, first, most);
      west.enter(entering, first, end);
      north.enter(entering.north, first, end);
      const steps = this.#tags.hasFirst ? this.#clearingSteps : this.#steps;
      steps(west.address, north.address, this.#address, end - first);
      if (this.#hasColumnBus && this.#tags.hasLast) this.#takeLast(end - first, leaving);
      west.advance(end - first);
      north.advance(end - first);
    }
  }

  shift(): Float64Array {
    const last = (this.#rows - 1) * this.#rowLength;
    const leaving = Float64Array.from(this.#sums.subarray(last, last + this.#columns));
    this.#sums.copyWithin(this.#rowLength, 0, last);
    return leaving;
  }

  tick(): void {}

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

  /** The sums that left in these cycles. */
  #takeLast(cycles: number, leaving: LeavingSums): void {
    const { values, tags } = this.#west;
    for (let cycle = 0; cycle < cycles; cycle += 1) {
      for (let distance = 0; distance < this.#rows + this.#columns - 1; distance += 1) {
        if ((values[tags - cycle + distance]! & LAST) !== 0) this.#takeDiagonal(distance, leaving);
      }
    }
  }

  /** The sums of the elements that are so many steps from the north-western one. */
  #takeDiagonal(distance: number, leaving: LeavingSums): void {
    const end = Math.min(this.#rows - 1, distance);
    for (let row = Math.max(0, distance - this.#columns + 1); row <= end; row += 1) {
      const column = distance - row;
      leaving.add(column, this.#sums[row * this.#rowLength + column]!);
    }
  }
}

/** Some cycles of all elements; the first vector of a stream clears the sums that it passes. */
function stepModule(
  rows: number,
  columns: number,
  lanes: number,
  lines: WestLines,
  northRows: NorthRows,
): ModuleBuilder {
  const builder = new ModuleBuilder();
  const parameters = { west: 'i32', north: 'i32', sums: 'i32', cycles: 'i32' } as const;
  for (const clears of [false, true]) {
    const name = clears ? 'clearingSteps' : 'steps';
    builder.define(name, parameters, (f, { west, north, sums, cycles }) => {
      const [line, row, sum, tags] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
      const pointers: readonly Pointer[] = [
        { local: line, rowBytes: lines.rowBytes, elementBytes: 2 },
        { local: row, rowBytes: -northRows.rowBytes, elementBytes: 2 },
        { local: sum, rowBytes: 4 * VECTOR * vectorsFor(columns), elementBytes: 4 },
        ...(clears ? [{ local: tags, rowBytes: 2, elementBytes: 2 } as const] : []),
      ];
      f.doWhile(() => {
        f.set(line, west);
        f.set(row, north);
        f.set(sum, sums);
        if (clears) f.set(tags, i32.add(west, lines.tagOffset));
        overVectors(f, rows, columns, pointers, (column) => {
          const pairs = Array.from({ length: lanes }, (_, lane) => ({
            a: v128.load(line, lane * lines.laneBytes + 2 * column),
            b: v128.load(row, lane * northRows.laneBytes + 2 * column),
          }));
          const held = loadSums(sum, column);
          const added = clears ? clearedByFirst(f, held, v128.load(tags, 2 * column)) : held;
          storeSums(f, sum, column, addProducts(f, added, pairs));
        });
        f.increase(west, -2);
        f.increase(north, northRows.rowBytes);
        f.increase(cycles, -1);
      }, cycles);
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
