import { ModuleBuilder } from '../../../wasm/module-builder.js';
import { i32x4, v128 } from '../../../wasm/simd.js';
import type { Workspace } from '../../../wasm/workspace.js';
import type { MacArray } from '../../accelerator.js';
import { mostLanes } from '../../operand-mode.js';
import { BUBBLE, LAST, tagOf } from '../mesh-tags.js';
import type { EnteringVector, RegisterContents, StationaryArray, TakeSum } from '../product-array.js';
import { southernmostFirst } from '../stationary-mesh.js';
import { functionsFor, type Kernel } from './kernel-cache.js';
import { wordsFor } from './operand-words.js';
import { StayPlane } from './stay-plane.js';
import { LANES, overVectors, vectorsFor } from './vectors.js';
import { WestLines } from './west-lines.js';

/** The systolic mesh in which one operand stays, with four elements in a vector: the same registers, cycle by cycle. */
export class SimdStationaryMesh implements StationaryArray {
  readonly #rows: number;
  readonly #columns: number;
  readonly #workspace: Workspace;
  readonly #planes: readonly StayPlane[];
  readonly #west: WestLines;
  /** Address of a row of zeros, and below it those of the registers at the south of the elements. */
  readonly #north: number;
  readonly #south: Int32Array;
  readonly #rowWords: number;
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
    this.#rowWords = LANES * vectorsFor(columns);
    this.#planes = Array.from(
      { length: pingPongWeights ? 2 : 1 },
      () => new StayPlane(workspace, rows, columns, lanes),
    );
    this.#west = new WestLines(workspace, rows, columns, lanes);
    const words = (rows + 1) * this.#rowWords;
    this.#north = workspace.allocate(4 * words);
    new Int32Array(workspace.memory.buffer, this.#north, words).fill(0);
    this.#south = new Int32Array(
      workspace.memory.buffer,
      this.#north + 4 * this.#rowWords,
      rows * this.#rowWords,
    );
    const shape = `stationary ${rows}x${columns}x${wordsFor(lanes)}`;
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
    const [south, first] = [this.#south, lastRow * this.#rowWords];
    const [tags, firstTag] = [west.words, west.tags + lastRow];
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
      south: [...this.#south].filter((_, at) => at % this.#rowWords < this.#columns),
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
    const pointers = [
      { local: stays, rowBytes: -plane.rowBytes },
      { local: west, rowBytes: -lines.rowBytes },
      { local: north, rowBytes: -plane.rowBytes },
    ];
    for (const { local, rowBytes } of pointers) f.increase(local, (1 - rows) * rowBytes);
    overVectors(f, rows, vectorsFor(columns), pointers, (offset) => {
      let sum = v128.load(north, offset);
      for (let word = 0; word < wordsFor(lanes); word += 1) {
        const value = v128.load(west, word * lines.wordBytes + offset);
        const weight = v128.load(stays, word * plane.wordBytes + offset);
        sum = i32x4.add(sum, i32x4.dotI16x8S(value, weight));
      }
      f.store('v128', north, sum, plane.rowBytes + offset);
    });
  });
  return builder;
}
