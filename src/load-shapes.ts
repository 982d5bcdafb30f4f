import { readFile } from 'node:fs/promises';
import { namingFile } from './core/errors.js';
import type { Layer, Network } from './engine/layer.js';
import { readScaleSim } from './formats/scale-sim.js';
import {
  positionsAlong,
  type ConvolutionRow,
  type ProductRow,
  type ShapeRow,
} from './formats/shape-table.js';
import { convolutionShape, productShape } from './lower/workload/plain-shapes.js';
import type { ArrayShape } from './lower/workload/workload.js';

/**
 * Reads a SCALE-Sim topology file: a network of which only shapes are known, for `simulateShapes`.
 *
 * @throws UserError, naming the file, with every problem of the table
 */
export async function loadShapes(path: string): Promise<Network> {
  return parseShapes(await readFile(path), path);
}

/** The same from the bytes of a file. */
export function parseShapes(bytes: Uint8Array, file: string): Network {
  const rows = namingFile(file, () => readScaleSim(bytes));
  const taken = new Set<string>();
  return { name: file, shapesOnly: true, layers: rows.map((row) => layerOf(row, uniqueName(row, taken))) };
}

/** Reports find layers by name: one that is taken gets its line. */
function uniqueName({ name, line }: ShapeRow, taken: Set<string>): string {
  let unique = name;
  while (taken.has(unique)) unique = `${unique} (line ${line})`;
  taken.add(unique);
  return unique;
}

function layerOf(row: ShapeRow, name: string): Layer {
  return row.kind === 'product' ? productLayer(row, name) : convolutionLayer(row, name);
}

function convolutionLayer(row: ConvolutionRow, name: string): Layer {
  const { depthwise, channels, filters } = row;
  const rows = {
    input: row.inputHeight,
    output: positionsAlong(row.inputHeight, row.filterHeight, row.strideHeight),
    kernel: row.filterHeight,
    stride: row.strideHeight,
  };
  const columns = {
    input: row.inputWidth,
    output: positionsAlong(row.inputWidth, row.filterWidth, row.strideWidth),
    kernel: row.filterWidth,
    stride: row.strideWidth,
  };
  const groups = depthwise ? channels : 1;
  const shape = convolutionShape(rows, columns, {
    groups,
    inputChannels: channels / groups,
    outputChannels: filters,
  });
  const outputShape = [1, rows.output, columns.output, groups * filters];
  return int8Layer(name, depthwise ? 'depthwiseConv2d' : 'conv2d', outputShape, shape);
}

function productLayer({ m, n, k, batch }: ProductRow, name: string): Layer {
  const outputShape = batch === 1 ? [m, n] : [batch, m, n];
  return int8Layer(name, 'matMul', outputShape, productShape(m, k, n, batch));
}

/** int8 operands and results; a table has no bias. */
function int8Layer(name: string, op: string, outputShape: readonly number[], shape: ArrayShape): Layer {
  const { rows, columns, groups, inputChannels, outputChannels } = shape;
  return {
    name,
    op,
    outputShape,
    parameterBytes: rows.kernel * columns.kernel * groups * inputChannels * outputChannels,
    workload: {
      kind: 'array',
      ...shape,
      activationBits: 8,
      weightBits: 8,
      biasBytes: 0,
      outputBytes: 1,
    },
  };
}
