import { i32 } from '../../../wasm/scalar.js';
import { ModuleBuilder } from '../../../wasm/module-builder.js';
import { i32x4, v128 } from '../../../wasm/simd.js';
import type { Workspace } from '../../../wasm/workspace.js';
import type { MacArray } from '../../accelerator.js';
import { mostLanes } from '../../operand-mode.js';
import type { DotProducts, SumPipeline } from '../dot-products.js';
import { MOST_CYCLES } from '../entering-values.js';
import type { LeavingSums } from '../leaving-sums.js';
import { BUBBLE } from '../mesh-tags.js';
import type { OperandValues } from '../product-array.js';
import { ValueRoom } from '../value-room.js';
import { functionsFor, type Kernel } from './kernel-cache.js';
import { SumsTaker, type LeavingRows } from './leaving.js';

/** Sums of a vector. */
const VECTOR = 4;

/** Vectors of sums that are in registers at a time. */
const MOST_SUMS = 8;

/** The multipliers of a dot-product array, the products of two terms for four columns in one instruction. */
export class SimdDotProducts implements DotProducts {
  readonly #rows: number;
  readonly #columns: number;
  readonly #lanes: number;
  readonly #workspace: Workspace;
  readonly #pairs: number;
  /** Whether the terms of a vector are in pairs as they enter. */
  readonly #areWhole: boolean;
  readonly #planeBytes: number;
  readonly #rowWords: number;
  readonly #planes: number;
  readonly #planeHalves: Int16Array;
  readonly #west: number;
  readonly #westHalves: Int16Array;
  readonly #room: ValueRoom;
  readonly #taker: SumsTaker;
  readonly #multiply: Kernel;

  constructor(array: MacArray, workspace: Workspace) {
    const { rows, columns, pingPongWeights } = array;
    const { buffer } = workspace.memory;
    this.#rows = rows;
    this.#columns = columns;
    this.#lanes = mostLanes(array);
    this.#workspace = workspace;
    const pairs = Math.ceil((rows * this.#lanes) / 2);
    this.#rowWords = VECTOR * Math.ceil(columns / VECTOR);
    this.#planeBytes = 4 * pairs * this.#rowWords;
    const planeBytes = (pingPongWeights ? 2 : 1) * this.#planeBytes;
    this.#planes = workspace.allocate(planeBytes);
    this.#pairs = pairs;
    this.#areWhole = (rows * this.#lanes) % 2 === 0;
    this.#room = new ValueRoom(workspace);
    this.#taker = new SumsTaker(workspace);
    this.#west = workspace.allocate(4 * pairs * MOST_CYCLES);
    this.#planeHalves = new Int16Array(buffer, this.#planes, planeBytes / 2).fill(0);
    this.#westHalves = new Int16Array(buffer, this.#west, 2 * pairs * MOST_CYCLES).fill(0);
    const emit = (): ModuleBuilder => sumsModule(pairs, this.#rowWords / VECTOR);
    this.#multiply = functionsFor(workspace, `dot-product ${pairs}x${this.#rowWords / VECTOR}`, emit)[
      'multiply'
    ]!;
  }

  load(plane: number, row: number, values: Float64Array): void {
    const lanes = this.#lanes;
    for (let column = 0; column < this.#columns; column += 1) {
      for (let lane = 0; lane < lanes; lane += 1) {
        this.#planeHalves[this.#indexOf(plane, row * lanes + lane, column)] = values[column * lanes + lane]!;
      }
    }
  }

  pipeline(vectors: number): SumPipeline {
    const rowLength = this.#rowWords;
    const sums = this.#room.int32(vectors * rowLength).fill(0);
    return { sums, rowLength, tags: this.#room.int16(vectors).fill(BUBBLE) };
  }

  sums(plane: number, west: OperandValues, vectors: number, into: SumPipeline, row: number): void {
    const operands = this.#areWhole ? west.byteOffset : this.#enter(west, vectors);
    const sums = into.sums.byteOffset + 4 * row * this.#rowWords;
    this.#multiply(this.#planes + plane * this.#planeBytes, operands, sums, vectors);
  }

  leave({ sums, rowLength, tags }: SumPipeline, rows: number, leaving: LeavingSums): void {
    const from: LeavingRows = {
      columns: this.#columns,
      rows: sums.byteOffset,
      rowBytes: 4 * rowLength,
      tags: tags.byteOffset,
      tagCycleBytes: 2,
      tagColumnBytes: 0,
    };
    this.#taker.take(from, rows, leaving);
  }

  contents(plane: number): readonly number[] {
    const lanes = this.#lanes;
    return Array.from({ length: this.#rows * this.#columns * lanes }, (_, at) => {
      const lane = at % lanes;
      const column = ((at - lane) / lanes) % this.#columns;
      const row = Math.floor(at / (lanes * this.#columns));
      return this.#planeHalves[this.#indexOf(plane, row * lanes + lane, column)]!;
    });
  }

  release(): void {
    for (const address of [this.#planes, this.#west]) this.#workspace.heap.free(address);
    this.#room.release();
  }

  /** Vectors with a term more, so that all are in pairs. Returns their address. */
  #enter(west: OperandValues, vectors: number): number {
    const halves = this.#westHalves;
    const length = this.#rows * this.#lanes;
    for (let vector = 0; vector < vectors; vector += 1) {
      const [from, to] = [vector * length, vector * 2 * this.#pairs];
      for (let term = 0; term < length; term += 1) halves[to + term] = west[from + term]!;
    }
    return this.#west;
  }

  #indexOf(plane: number, term: number, column: number): number {
    const pair = term >> 1;
    return 2 * ((plane * this.#planeBytes) / 4 + pair * this.#rowWords + column) + (term & 1);
  }
}

/** Vector after vector, all terms for one group of columns after the other. */
function sumsModule(pairs: number, vectors: number): ModuleBuilder {
  const builder = new ModuleBuilder();
  const parameters = { plane: 'i32', west: 'i32', sums: 'i32', count: 'i32' } as const;
  builder.define('multiply', parameters, (f, { plane, west, sums, count }) => {
    f.doWhile(() => {
      for (let first = 0; first < vectors; first += MOST_SUMS) {
        const group = Array.from({ length: Math.min(MOST_SUMS, vectors - first) }, (_, vector) => ({
          sum: f.let('v128', i32x4.splat(0)),
          offset: 16 * (first + vector),
        }));
        const weights = f.let('i32', plane);
        const value = f.let('i32', west);
        const splat = f.local('v128');
        f.doWhile(
          () => {
            f.set(splat, v128.load32Splat(value));
            for (const { sum, offset } of group) {
              f.set(sum, i32x4.add(sum, i32x4.dotI16x8S(splat, v128.load(weights, offset))));
            }
            f.increase(weights, 16 * vectors);
            f.increase(value, 4);
          },
          i32.ltU(value, i32.add(west, 4 * pairs)),
        );
        for (const { sum, offset } of group) f.store('v128', sums, sum, offset);
      }
      f.increase(west, 4 * pairs);
      f.increase(sums, 16 * vectors);
      f.increase(count, -1);
    }, count);
  });
  return builder;
}
