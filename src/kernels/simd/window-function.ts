import type { Window2d } from '../../tensor/window.js';
import type { Shape } from '../../tensor/shape.js';
import type { I32 } from '../../wasm/expression.js';
import type { FunctionBuilder, Local } from '../../wasm/function-builder.js';
import type { ModuleBuilder } from '../../wasm/module-builder.js';
import { i32 } from '../../wasm/scalar.js';
import { metPositions } from '../fast/windows.js';
import type { KernelMemory } from './kernel-memory.js';

/** What becomes of the elements of a window, some channels side by side. */
export interface WindowReduction {
  readonly channels: number;
  /** Bytes of an element, and of a result. */
  readonly bytes: number;
  readonly resultBytes: number;
  /** Declares what the steps share. @param initial an operand of the call */
  readonly steps: (f: FunctionBuilder, initial: Local<'i32'>) => WindowSteps;
}

export interface WindowSteps {
  /** Before the first element. */
  readonly begin: () => void;
  readonly take: (address: I32) => void;
  /** @param count how many elements were taken */
  readonly end: (to: Local<'i32'>, count: I32) => void;
}

const PARAMETERS = {
  image: 'i32',
  rows: 'i32',
  rowsEnd: 'i32',
  columns: 'i32',
  columnsEnd: 'i32',
  rowStep: 'i32',
  columnStep: 'i32',
  channels: 'i32',
  initial: 'i32',
  to: 'i32',
} as const;

/**
 * Reduces every window of an image, in the order of the output. `rows` and `columns` say of each position of the output where its
 * window begins, in bytes, and how many positions it meets (int32 both, at least one). Beyond the last channel as many elements are
 * read and results written as fill up a block: each pixel is written after the one before it.
 */
export function defineWindows(module: ModuleBuilder, name: string, reduction: WindowReduction): void {
  module.define(name, PARAMETERS, (f, p) => {
    const column = f.local('i32');
    const next = f.local('i32');
    const block = f.local('i32');
    const rowCount = i32.load(p.rows, 4);
    const columnCount = i32.load(column, 4);
    const steps = reduction.steps(f, p.initial);
    f.doWhile(
      () => {
        f.set(column, p.columns);
        f.doWhile(
          () => {
            f.set(block, i32.add(i32.add(p.image, i32.load(p.rows)), i32.load(column)));
            f.set(next, i32.add(p.to, i32.mul(p.channels, reduction.resultBytes)));
            f.doWhile(
              () => {
                steps.begin();
                takeWindow(f, steps, p, block, rowCount, columnCount);
                steps.end(p.to, i32.mul(rowCount, columnCount));
                f.increase(block, reduction.channels * reduction.bytes);
                f.increase(p.to, reduction.channels * reduction.resultBytes);
              },
              i32.ltS(p.to, next),
            );
            f.set(p.to, next);
            f.increase(column, 8);
          },
          i32.ne(column, p.columnsEnd),
        );
        f.increase(p.rows, 8);
      },
      i32.ne(p.rows, p.rowsEnd),
    );
  });
}

function takeWindow(
  f: FunctionBuilder,
  { take }: WindowSteps,
  { rowStep, columnStep }: Readonly<Record<'rowStep' | 'columnStep', Local<'i32'>>>,
  block: Local<'i32'>,
  rowCount: I32,
  columnCount: I32,
): void {
  const rowsLeft = f.let('i32', rowCount);
  const row = f.let('i32', block);
  const element = f.local('i32');
  const columnsLeft = f.local('i32');
  f.doWhile(() => {
    f.set(element, row);
    f.set(columnsLeft, columnCount);
    f.doWhile(() => {
      take(element);
      f.increase(element, columnStep);
      f.increase(columnsLeft, -1);
    }, columnsLeft);
    f.increase(row, rowStep);
    f.increase(rowsLeft, -1);
  }, rowsLeft);
}

/** Writes the results of all windows of a batch, in the order of the output. */
export type ReduceWindows = (images: number, initial: number, to: number) => void;

/**
 * A function of `defineWindows` on images of one shape; null where a window meets nothing.
 *
 * @param bytes of an element. @param resultBytes of a result.
 */
export function bindWindows(
  window: Window2d,
  input: Shape,
  output: Shape,
  { bytes, resultBytes }: Pick<WindowReduction, 'bytes' | 'resultBytes'>,
  reduce: (...operands: number[]) => void,
  { workspace }: KernelMemory,
): ReduceWindows | null {
  const [batch, height, width, channels] = input as [number, number, number, number];
  const { kernelHeight, kernelWidth, strideHeight, strideWidth, dilationHeight, dilationWidth } = window;
  const rows = metPositions(output[1]!, height, kernelHeight, strideHeight, window.padTop, dilationHeight);
  const columns = metPositions(output[2]!, width, kernelWidth, strideWidth, window.padLeft, dilationWidth);
  if ([...rows, ...columns].some((met) => met.length === 0)) return null;
  const pixelBytes = channels * bytes;
  const tableOf = (positions: typeof rows, step: number): number =>
    workspace.constant(Int32Array.from(positions.flatMap((met) => [met[0]! * step, met.length])));
  const rowTable = tableOf(rows, width * pixelBytes);
  const columnTable = tableOf(columns, pixelBytes);
  return (images, initial, to) => {
    for (let n = 0; n < batch; n += 1) {
      reduce(
        images + n * height * width * pixelBytes,
        rowTable,
        rowTable + 8 * rows.length,
        columnTable,
        columnTable + 8 * columns.length,
        dilationHeight * width * pixelBytes,
        dilationWidth * pixelBytes,
        channels,
        initial,
        to + n * rows.length * columns.length * channels * resultBytes,
      );
    }
  };
}
