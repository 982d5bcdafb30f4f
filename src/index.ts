/**
 * bitmac as a library: a trained float model in, an integer graph, exact outputs, cycles and energy out.
 *
 * @example
 * const model = await loadModel('resnet20.onnx');
 * const { graph } = quantize(model, samples);
 * const machine = await loadAccelerator('systolic-16x16-ws');
 * const { layers, totals } = simulate(graph, machine);
 */
export { UserError, InvariantError, type UserErrorDetails } from './core/errors.js';
export type { Issue, Parsed } from './core/parsed.js';

export { loadModel } from './load-model.js';
export { loadShapes, parseShapes } from './load-shapes.js';
export { parseModel } from './importers/load-model.js';
export { readIntegerGraph } from './importers/integer-graph/read.js';
export { writeIntegerGraph } from './exporters/integer-graph.js';
export { encodingsOf } from './exporters/encodings.js';
export { gridsOfEncodings } from './importers/encodings.js';
export {
  readEncodings,
  writeEncodings,
  type AffineEncoding,
  type BlockEncoding,
  type Encoding,
  type Encodings,
  type EncodingsVersion,
  type FloatEncoding,
} from './formats/aimet-encodings.js';
export type { GivenGrid, GivenGrids } from './ir/given-grids.js';
export { writeOnnxQdq } from './exporters/onnx-qdq/write.js';
export type { OnnxImportOptions } from './importers/onnx/options.js';
export type { ModelImportOptions } from './importers/model-importer.js';
export { readArrayFile } from './importers/dataset/array-file.js';
export type { PlainArray } from './formats/elements.js';

export type {
  FloatGraph,
  Graph,
  IntGraph,
  Port,
  Quantization,
  Value,
  ValueId,
  ValueType,
} from './ir/graph.js';
export type { FloatNode, IntNode, Node } from './ir/operators.js';
export { printGraph } from './ir/print.js';
export {
  tensor,
  tensorFrom,
  zeros,
  type ElementType,
  type FloatTensor,
  type Tensor,
} from './tensor/tensor.js';
export type { Shape } from './tensor/shape.js';

export { quantize, type QuantizedModel, type QuantizeOptions } from './ptq/quantize.js';
export { DEFAULT_RECIPE, type RangeMethod, type Recipe } from './ptq/recipe.js';
export type { CalibrationSet } from './ptq/observe/calibrate.js';

export { FloatRunner, IntegerRunner, type IntegerOutputs } from './engine/run.js';
export {
  AccumulatorSimulation,
  layerAccumulators,
  type AccumulatorEffect,
  type AccumulatorOptions,
  type LayerAccumulators,
  type MeasuredSums,
} from './engine/accumulators.js';
export type { AccumulatorFormat, OverflowPolicy } from './arith/accumulator.js';
export { evaluate, type EvaluationResult, type EvaluationRow } from './engine/evaluate.js';
export { diffModels, type DiffRow } from './engine/diff/diff.js';
export type { DiffResult } from './engine/diff/result.js';
export { inputsFor } from './engine/diff/inputs.js';
export { recordedSide, type Recording, type Recordings } from './engine/diff/recorded-side.js';
export { modelSide, type Side } from './engine/diff/side.js';
export { networkOf, type Layer, type Network } from './engine/layer.js';
export { simulate, simulateShapes } from './engine/simulate.js';
export type { LayerResult, SimulationResult, SimulationTotals } from './engine/result.js';
export { sweep, type SweepOptions } from './engine/sweep/sweep.js';
export type { PointFigures, SweepPoint, SweepResult } from './engine/sweep/result.js';
export type { Objective } from './engine/sweep/objectives.js';
export { fastKernels } from './kernels/fast/index.js';
export { referenceKernels } from './kernels/reference/index.js';
export { floatKernels } from './kernels/float/index.js';
export { toInside, toOutside } from './kernels/ports.js';

export type { Accelerator } from './hw/accelerator.js';
export { acceleratorPresets, loadAccelerator } from './hw/load-accelerator.js';
export { acceleratorJsonSchema, parseAccelerator } from './hw/parse-accelerator.js';
