import type { IntConvTranspose2d } from '../../ir/ops/conv-transpose2d.js';
import { storageType } from '../../tensor/tensor.js';
import { bandRows } from '../fast/bands.js';
import { rowStride, type CanvasLayout } from '../fast/canvas.js';
import { phaseConstants } from '../fast/conv-transpose2d.js';
import { codesOf, formatOf, type Codes } from '../fast/operands.js';
import { phasesOf, spanOf, type Phase } from '../fast/phases.js';
import type { BoundKernel, Operand, Result } from '../kernel.js';
import { BYTES_PER_LENGTH } from './bands.js';
import { GroupedPanels, sumStrideBytes } from './grouped-panels.js';
import type { KernelMemory } from './kernel-memory.js';
import type { Tile } from './product-function.js';
import { bindStage } from './stage.js';
import { areInt32, sumRanges, weightsFitInt16 } from './sum-bounds.js';
import { tileFor } from './tile-choice.js';
import { storageFor } from './weight-storage.js';
import { WideCanvas } from './wide-canvas.js';
import { isNarrow } from './widen-function.js';

/**
 * Phase by phase as `fast/conv-transpose2d.ts`, whose sums come to lie in the order of the output; null where weights are no constants,
 * activations or weights are wider than int16, or sums may leave int32.
 */
export function bindConvTranspose2d(
  node: IntConvTranspose2d,
  [x, weight, bias]: readonly Operand[],
  result: Result,
  memory: KernelMemory,
): BoundKernel | null {
  const type = storageType(formatOf(x!));
  if (weight!.constant === null || bias!.constant === null || !isNarrow(type)) return null;
  const [values, biases] = [codesOf(weight!.constant), codesOf(bias!.constant)];
  const weights = { values, zeroPoint: node.weightZeroPoint };
  const ranges = sumRanges(weights, biases, formatOf(x!), node.inputZeroPoint);
  if (!weightsFitInt16(weights) || !areInt32(ranges)) return null;

  const [batch, height, width, inputs] = x!.shape as [number, number, number, number];
  const [, outputRows, outputColumns, outputs] = result.shape as [number, number, number, number];
  const { kernelHeight, kernelWidth, strideHeight, strideWidth, dilationHeight, dilationWidth } = node;
  const rowPhases = phasesOf(outputRows, kernelHeight, strideHeight, dilationHeight, node.padTop);
  const columnPhases = phasesOf(outputColumns, kernelWidth, strideWidth, dilationWidth, node.padLeft);
  const columnSpan = spanOf(columnPhases);
  const image = {
    height,
    width,
    channels: inputs,
    padLeft: Math.max(0, -columnSpan.first),
    padRight: Math.max(0, columnSpan.last - (width - 1)),
  };
  const macs = batch * height * width * values.length;
  const tile = memory.decided(() => tileFor(outputs / node.groups, macs));
  const sumStride = sumStrideBytes(outputs, node.groups, tile);
  const lineBytes = (2 * rowStride({ ...image, rows: 1 })) / strideHeight + outputColumns * sumStride;
  const rows = bandRows(outputRows, lineBytes / BYTES_PER_LENGTH);
  const bands = bandsOf(rowPhases, outputRows, rows);
  const layout = { ...image, rows: Math.max(...bands.map(({ inputRows }) => inputRows)) };

  const products = rowPhases.map((ofRows) =>
    columnPhases.map((ofColumns) =>
      phaseProduct(node, [values, biases], ofRows, ofColumns, layout, tile, memory, weight!),
    ),
  );
  const canvas = new WideCanvas(layout, type, node.inputZeroPoint, memory);
  const stage = bindStage(node, result, outputs, memory, ranges);
  const lineOfCanvas = 2 * rowStride(layout);
  const lineOfSums = outputColumns * sumStride;

  return memory.kernel((call, [images]) => {
    const from = call.operand(images);
    const made = call.result(result);
    const drawn = call.scratch(canvas.bytes);
    const sums = call.scratch(rows * lineOfSums);
    for (let index = 0; index < batch; index += 1) {
      for (const { first, firstInput, inputRows, lines } of bands) {
        canvas.draw(drawn, from, index, firstInput, inputRows);
        lines.forEach(({ phase, shift }, line) => {
          const read = drawn + (shift - firstInput) * lineOfCanvas;
          columnPhases.forEach((columns, columnPhase) => {
            const pixels = columns.outputs.length;
            if (pixels === 0) return;
            const to = sums + line * lineOfSums + columns.outputs[0]!.index * sumStride;
            products[phase]![columnPhase]!.writeSums(read, pixels, to, strideWidth * sumStride);
          });
        });
        const pixel = (index * outputRows + first) * outputColumns;
        stage.run(sums, sumStride, lines.length * outputColumns, made, pixel);
      }
    }
    return made.value;
  });
}

/** Output rows that are worked on together: of each its phase and shift, and the input rows that they meet. */
interface Band {
  readonly first: number;
  readonly lines: readonly Line[];
  readonly firstInput: number;
  readonly inputRows: number;
}

interface Line {
  readonly phase: number;
  readonly shift: number;
}

function bandsOf(phases: readonly Phase[], outputRows: number, rows: number): readonly Band[] {
  const lines: Line[] = [];
  phases.forEach(({ outputs }, phase) => {
    for (const { index, shift } of outputs) lines[index] = { phase, shift };
  });
  const shifts = phases.flatMap(({ taps }) => taps.map(({ shift }) => shift));
  return Array.from({ length: Math.ceil(outputRows / rows) }, (_, band) => {
    const first = band * rows;
    const ofBand = lines.slice(first, first + rows);
    const outputShifts = ofBand.map(({ shift }) => shift);
    const firstInput = Math.min(...outputShifts) + Math.min(...shifts);
    const inputRows = Math.max(...outputShifts) + Math.max(...shifts) - firstInput + 1;
    return { first, lines: ofBand, firstInput, inputRows };
  });
}

/** The product of a row of pixels of two phases: reads at the canvas row of the shift, whatever row that is. */
function phaseProduct(
  node: IntConvTranspose2d,
  [values, biases]: readonly [Codes, Codes],
  rows: Phase,
  columns: Phase,
  layout: CanvasLayout,
  tile: Tile,
  memory: KernelMemory,
  weight: Operand,
): GroupedPanels {
  const { groups, kernelHeight, kernelWidth, weightZeroPoint: zeroPoint } = node;
  const stride = rowStride(layout);
  const taps = rows.taps.flatMap((row) =>
    columns.taps.map((column) => ({
      index: row.index * kernelWidth + column.index,
      offset: row.shift * stride + column.shift * layout.channels,
    })),
  );
  const run = layout.channels / groups;
  const chosen = taps.map(({ index }) => index);
  const constants = phaseConstants(values, biases, kernelHeight * kernelWidth, chosen, node);
  const bias = Int32Array.from(constants.bias);
  const storage = zeroPoint === 0 ? storageFor(formatOf(weight)) : 'int16';
  // Pixels that meet no tap are their bias: a tap of weights 0 at the first pixel of the row.
  const meetsNothing = taps.length === 0;
  const weights = meetsNothing ? new Int32Array(biases.length * run).fill(zeroPoint) : constants.values;
  const reach = { taps: meetsNothing ? Int32Array.of(0) : Int32Array.from(taps, (tap) => tap.offset), run };
  const starts = Int32Array.from(columns.outputs, ({ shift }) =>
    meetsNothing ? 0 : (shift + layout.padLeft) * layout.channels,
  );
  return new GroupedPanels(
    { values: weights, zeroPoint, groups },
    storage,
    bias,
    starts,
    reach,
    tile,
    memory,
  );
}
