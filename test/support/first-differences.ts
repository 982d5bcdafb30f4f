import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-web';
import { IntegerRunner } from '../../src/engine/run.js';
import type { OnnxNode } from '../../src/formats/onnx.js';
import { parseOnnxModel } from '../../src/formats/onnx-reader.js';
import { writeOnnxModel } from '../../src/formats/onnx-writer.js';
import type { ValueId } from '../../src/ir/graph.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { importQuantized, rowsOf, type QuantizedModel } from './recorded-runs.js';
import { valueInfo } from './onnx-model.js';
import { readShared } from './models.js';

/** Where a QDQ model and ONNX Runtime (WebAssembly, nothing optimized) part first, over some rows. */
export interface FirstDifferences {
  readonly rows: number;
  readonly differingRows: number;
  /** Codes that differ in the first tensor of a row that differs anywhere. */
  readonly codes: number;
  /** The largest of their differences. */
  readonly largest: number;
  /** The largest distance from a tie, in steps, of the float32 numbers that ONNX Runtime quantized to them. */
  readonly farthestFromTie: number;
}

/** Compares the codes behind every QuantizeLinear, in the order of the file. */
export async function firstDifferences(model: QuantizedModel, rows: number): Promise<FirstDifferences> {
  const source = parseOnnxModel(readShared(`models/${model.file}`));
  const graph = importQuantized(model, 'onnxruntime');
  const idOf = ({ outputs }: OnnxNode): ValueId | undefined =>
    [outputs[0]!, `${outputs[0]}.codes`].find((id) => graph.values.has(id));
  const named = new Set([...source.graph.inputs, ...source.graph.outputs].map(({ name }) => name));
  const quantizations = source.graph.nodes.filter(
    (node) => node.opType === 'QuantizeLinear' && idOf(node) !== undefined && !named.has(node.inputs[0]!),
  );
  const extra = quantizations.flatMap((node) => {
    const { type } = graph.values.get(idOf(node)!)!;
    const codes = type.kind === 'int' && type.format.signed ? 'int8' : 'uint8';
    return [valueInfo(node.inputs[0]!, null), valueInfo(node.outputs[0]!, null, codes)];
  });
  const outputs = [...source.graph.outputs, ...extra.filter(({ name }) => !named.has(name))];
  const session = await InferenceSession.create(
    writeOnnxModel({ ...source, graph: { ...source.graph, outputs } }),
    { executionProviders: ['wasm'], graphOptimizationLevel: 'disabled', logSeverityLevel: 3 },
  );
  const runner = new IntegerRunner(graph);
  const reader = rowsOf(model, model.sets[0]!, graph);
  let [differingRows, codes, largest, farthestFromTie] = [0, 0, 0, 0];
  for (let row = 0; row < rows; row += 1) {
    const seen = new Map<ValueId, Tensor>();
    const input = reader.row(row);
    runner.run([input], (id, value) => seen.set(id, value));
    const fed = new OrtTensor('float32', Float32Array.from(input.data), input.shape);
    const results = await session.run({ [session.inputNames[0]!]: fed });
    const parted = quantizations.find((node) => {
      const id = idOf(node)!;
      const { data, dims } = results[node.outputs[0]!]!;
      const reals = results[node.inputs[0]!]!.data as Float32Array;
      const { type } = graph.values.get(id)!;
      const scale = type.kind === 'int' ? type.quantization!.scales[0]! : 1;
      const own = seen.get(id)!.data;
      const differing = Array.from(data as Int8Array, (code, i) => ({
        i,
        by: code - own[inside(dims, i)]!,
      })).filter(({ by }) => by !== 0);
      for (const { i, by } of differing) {
        const steps = Math.abs(reals[i]! / scale);
        largest = Math.max(largest, Math.abs(by));
        farthestFromTie = Math.max(farthestFromTie, Math.abs(steps - Math.floor(steps) - 0.5));
      }
      codes += differing.length;
      return differing.length > 0;
    });
    if (parted !== undefined) differingRows += 1;
  }
  await session.release();
  return { rows, differingRows, codes, largest, farthestFromTie };
}

/** Where element i of a value of the file is in ours: images are NCHW there and NHWC here. */
function inside(dims: readonly number[], i: number): number {
  if (dims.length !== 4) return i;
  const [, channels, height, width] = dims as readonly [number, number, number, number];
  const pixel = i % (height * width);
  return pixel * channels + (Math.floor(i / (height * width)) % channels);
}
