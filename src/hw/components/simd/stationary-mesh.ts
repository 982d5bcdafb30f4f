import { ModuleBuilder } from '../../../wasm/module-builder.js';
import { i32 } from '../../../wasm/scalar.js';
import { v128 } from '../../../wasm/simd.js';
import type { Workspace } from '../../../wasm/workspace.js';
import type { MacArray } from '../../accelerator.js';
import { mostLanes } from '../../operand-mode.js';
import { MOST_CYCLES } from '../entering-values.js';
import { FarthestTag } from '../farthest-tag.js';
import type { LeavingSums } from '../leaving-sums.js';
import type { EnteringVectors, RegisterContents, StationaryArray } from '../product-array.js';
import { southernmostFirst } from '../stationary-mesh.js';
import { functionsFor, type Kernel } from './kernel-cache.js';
import { SumsTaker, type LeavingRows } from './leaving.js';
import { StayPlane } from './stay-plane.js';
import { addProducts, loadSums, overVectors, storeSums, VECTOR, vectorsFor } from './vectors.js';
import { WestLines } from './west-lines.js';

/** The systolic mesh in which one operand stays, with eight elements in a vector: the same registers, cycle by cycle. */
export class SimdStationaryMesh implements StationaryArray {
  readonly #rows: number;
  readonly #columns: number;
  readonly #workspace: Workspace;
  readonly #planes: readonly StayPlane[];
  readonly #west: WestLines;
  /** Address of a row of zeros, and below it those of the registers at the south of the elements. */
  readonly #north: number;
  readonly #south: Int32Array;
  readonly #rowLength: number;
  readonly #step: Kernel;
  readonly #farthest: FarthestTag;
  /** What left in some cycles: a row of sums for each. */
  readonly #leavingAddress: number;
  readonly #taker: SumsTaker;
  readonly #loads: { readonly plane: number; readonly values: Float64Array }[] = [];
  #selected = 0;

  constructor(array: MacArray, workspace: Workspace) {
    const { rows, columns, pingPongWeights } = array;
    const lanes = mostLanes(array);
    this.#rows = rows;
    this.#columns = columns;
    this.#workspace = workspace;
    this.#rowLength = VECTOR * vectorsFor(columns);
    this.#planes = Array.from(
      { length: pingPongWeights ? 2 : 1 },
      () => new StayPlane(workspace, rows, columns, lanes),
    );
    this.#west = new WestLines(workspace, rows, columns, lanes);
    const sums = (rows + 1) * this.#rowLength;
    this.#north = workspace.allocate(4 * sums);
    new Int32Array(workspace.memory.buffer, this.#north, sums).fill(0);
    this.#south = new Int32Array(
      workspace.memory.buffer,
      this.#north + 4 * this.#rowLength,
      rows * this.#rowLength,
    );
    this.#farthest = new FarthestTag(rows + columns - 2);
    this.#leavingAddress = workspace.allocate(4 * MOST_CYCLES * this.#rowLength);
    const shape = `stationary ${rows}x${columns}x${lanes}`;
    const emit = (): ModuleBuilder => stepModule(rows, columns, lanes, this.#planes[0]!, this.#west);
    this.#step = functionsFor(workspace, shape, emit)['step']!;
    this.#taker = new SumsTaker(workspace);
  }

  loadOrder(usedRows: number): readonly (number | null)[] {
    return southernmostFirst(this.#rows, usedRows);
  }

  load(plane: number, _row: number | null, values: Float64Array): void {
    this.#loads.push({ plane, values });
  }

  select(plane: number): void {
    this.#selected = plane;
  }

  passes(tag: number): boolean {
    return this.#farthest.isLast(tag);
  }

  step(entering: EnteringVectors, leaving: LeavingSums): void {
    const { address } = this.#planes[this.#selected]!;
    const west = this.#west;
    for (let first = 0, end = 0; first < entering.cycles; first = end) {
      end = Math.min(first + MOST_CYCLES, first + west.room, entering.cycles);
      west.enter(entering, first, end);
      this.#step(address, west.address, this.#north, this.#leavingAddress, end - first);
      this.#takeLeaving(end - first, leaving);
      west.advance(end - first);
    }
  }

  tick(): void {
    for (const { plane, values } of this.#loads) this.#planes[plane]!.shiftIn(values);
    this.#loads.length = 0;
  }

  registers(): RegisterContents {
    const stays = this.#planes.map((plane, index) => [`stays${index}`, plane.contents()]);
    return {
      ...Object.fromEntries(stays),
      ...this.#west.registers(),
      south: [...this.#south].filter((_, at) => at % this.#rowLength < this.#columns),
    };
  }

  release(): void {
    for (const plane of this.#planes) plane.release();
    this.#west.release();
    for (const address of [this.#north, this.#leavingAddress]) this.#workspace.heap.free(address);
  }

  #takeLeaving(cycles: number, leaving: LeavingSums): void {
    const { address, tagOffset } = this.#west;
    const rows: LeavingRows = {
      columns: this.#columns,
      rows: this.#leavingAddress,
      rowBytes: 4 * this.#rowLength,
      tags: address + tagOffset + 2 * (this.#rows - 1),
      tagCycleBytes: -2,
      tagColumnBytes: 2,
    };
    this.#taker.take(rows, cycles, leaving);
  }
}

/** Some cycles of all elements, after each of which what left is written. Rows from the south up, so that a sum is read before its register takes the next. */
function stepModule(
  rows: number,
  columns: number,
  lanes: number,
  planes: StayPlane,
  lines: WestLines,
): ModuleBuilder {
  const builder = new ModuleBuilder();
  const parameters = { stays: 'i32', west: 'i32', north: 'i32', leaving: 'i32', cycles: 'i32' } as const;
  builder.define('step', parameters, (f, { stays, west, north, leaving, cycles }) => {
    const rowBytes = 4 * VECTOR * vectorsFor(columns);
    const [plane, line, sums] = [f.local('i32'), f.local('i32'), f.local('i32')];
    const pointers = [
      { from: stays, local: plane, rowBytes: -planes.rowBytes, elementBytes: 2 },
      { from: west, local: line, rowBytes: -lines.rowBytes, elementBytes: 2 },
      { from: north, local: sums, rowBytes: -rowBytes, elementBytes: 4 },
    ] as const;
    f.doWhile(() => {
      for (const { from, local, rowBytes: step } of pointers) f.set(local, i32.add(from, (1 - rows) * step));
      overVectors(f, rows, columns, pointers, (column) => {
        const pairs = Array.from({ length: lanes }, (_, lane) => ({
          a: v128.load(line, lane * lines.laneBytes + 2 * column),
          b: v128.load(plane, lane * planes.laneBytes + 2 * column),
        }));
        storeSums(f, sums, column, addProducts(f, loadSums(sums, column), pairs), rowBytes);
      });
      f.set(sums, i32.add(north, rows * rowBytes));
      overVectors(
        f,
        1,
        columns,
        [
          { local: sums, rowBytes, elementBytes: 4 },
          { local: leaving, rowBytes, elementBytes: 4 },
        ],
        (column) => storeSums(f, leaving, column, loadSums(sums, column)),
      );
      f.increase(west, -2);
      f.increase(cycles, -1);
    }, cycles);
  });
  return builder;
}
