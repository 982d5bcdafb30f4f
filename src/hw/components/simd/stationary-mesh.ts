import { ModuleBuilder } from '../../../wasm/module-builder.js';
import { v128 } from '../../../wasm/simd.js';
import type { Workspace } from '../../../wasm/workspace.js';
import type { MacArray } from '../../accelerator.js';
import { mostLanes } from '../../operand-mode.js';
import { BUBBLE, LAST, tagOf } from '../mesh-tags.js';
import type { EnteringVector, RegisterContents, StationaryArray, TakeSum } from '../product-array.js';
import { southernmostFirst } from '../stationary-mesh.js';
import { functionsFor, type Kernel } from './kernel-cache.js';
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
  #shift: { readonly plane: number; readonly values: Float64Array } | null = null;
  #selected = 0;
  #hasEvaluated = false;

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
    const shape = `stationary ${rows}x${columns}x${lanes}`;
    const emit = (): ModuleBuilder => stepModule(rows, columns, lanes, this.#planes[0]!, this.#west);
    this.#step = functionsFor(workspace, shape, emit)['step']!;
  }

  loadOrder(usedRows: number): readonly (number | null)[] {
    return southernmostFirst(this.#rows, usedRows);
  }

  load(plane: number, _row: number | null, values: Float64Array): void {
    this.#shift = { plane, values };
  }

  select(plane: number): void {
    this.#selected = plane;
  }

  evaluate(entering: EnteringVector | null, take: TakeSum): boolean {
    const west = this.#west;
    west.enter(entering === null ? null : entering.west, tagOf(entering));
    this.#step(this.#planes[this.#selected]!.address, west.address, this.#north);
    this.#hasEvaluated = true;
    const lastRow = this.#rows - 1;
    const columns = this.#columns;
    const [south, first] = [this.#south, lastRow * this.#rowLength];
    const [tags, firstTag] = [west.values, west.tags + lastRow];
    for (let column = 0; column < columns; column += 1) {
      if (tags[firstTag + column] !== BUBBLE) take(column, 0, south[first + column]!);
    }
    return (tags[firstTag + columns - 1]! & LAST) !== 0;
  }

  tick(): void {
    if (this.#hasEvaluated) {
      this.#west.tick();
      this.#hasEvaluated = false;
    }
    if (this.#shift === null) return;
    this.#planes[this.#shift.plane]!.shiftIn(this.#shift.values);
    this.#shift = null;
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
    this.#workspace.heap.free(this.#north);
  }
}

/** One cycle of all elements. Rows from the south up, so that a sum is read before its register takes the next. */
function stepModule(
  rows: number,
  columns: number,
  lanes: number,
  plane: StayPlane,
  lines: WestLines,
): ModuleBuilder {
  const builder = new ModuleBuilder();
  builder.define('step', { stays: 'i32', west: 'i32', north: 'i32' }, (f, { stays, west, north }) => {
    const rowBytes = 4 * VECTOR * vectorsFor(columns);
    const pointers = [
      { local: stays, rowBytes: -plane.rowBytes, elementBytes: 2 },
      { local: west, rowBytes: -lines.rowBytes, elementBytes: 2 },
      { local: north, rowBytes: -rowBytes, elementBytes: 4 },
    ] as const;
    for (const pointer of pointers) f.increase(pointer.local, (1 - rows) * pointer.rowBytes);
    overVectors(f, rows, columns, pointers, (column) => {
      const pairs = Array.from({ length: lanes }, (_, lane) => ({
        a: v128.load(west, lane * lines.laneBytes + 2 * column),
        b: v128.load(stays, lane * plane.laneBytes + 2 * column),
      }));
      storeSums(f, north, column, addProducts(f, loadSums(north, column), pairs), rowBytes);
    });
  });
  return builder;
}
