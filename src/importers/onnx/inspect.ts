import { namingFile, UserError, type UserErrorDetails } from '../../core/errors.js';
import { elementCount, type Shape } from '../../tensor/shape.js';
import type { OnnxValueInfo } from '../../formats/onnx.js';
import type { ValueId } from '../../ir/graph.js';
import { GraphImport } from './graph-import.js';
import { declaredShape, inputFormat, typeText } from './graph-inputs.js';
import { macsOf } from './macs.js';
import { operatorName, type SourceNode } from './node-order.js';
import { isSupported, operatorOf } from './ops/registry.js';
import type { OnnxImportOptions } from './options.js';
import { readSourceModel, refuseUnknownOpset, type SourceModel } from './source-model.js';

export interface InspectedNode {
  readonly name: string;
  readonly operator: string;
  /** Shapes are in the source's own axes; null where they do not follow. */
  readonly outputs: readonly { readonly name: string; readonly shape: Shape | null }[];
  /** Elements of the constants it computes with, each counted at its first reader; null where not known. */
  readonly parameters: number | null;
  /** Multiply-accumulates of layers with weights and of matrix products, 0 for all else; null where not known. */
  readonly macs: number | null;
  /** Why the importer would stop here; null where it would not. */
  readonly refusal: UserErrorDetails | null;
}

/** What is in an ONNX file and what would become of it; plain values. */
export interface OnnxInspection {
  readonly file: string;
  readonly graphName: string;
  readonly producer: string;
  readonly irVersion: number;
  readonly opset: number;
  /** Types are as the file declares them, such as `float32[Nx3x224x224]`. */
  readonly inputs: readonly { readonly name: string; readonly type: string }[];
  readonly outputs: readonly { readonly name: string; readonly type: string; readonly shape: Shape | null }[];
  /** In topological order. */
  readonly nodes: readonly InspectedNode[];
  /** What is wrong beside the nodes: the opset, an input without a shape. */
  readonly problems: readonly UserErrorDetails[];
  readonly totals: {
    readonly nodes: number;
    readonly refused: number;
    /** Nodes whose parameters or MACs are not known, and so are missing in the sums. */
    readonly unknown: number;
    readonly parameters: number;
    readonly macs: number;
  };
}

/**
 * Looks at every node of a model, also behind those that would be refused: their results take the shape that the file
 * declares, if it does; what depends on shapes nobody knows stays unknown.
 *
 * Refuses only what cannot be read at all.
 */
export function inspectOnnx(bytes: Uint8Array, options: OnnxImportOptions): OnnxInspection {
  return namingFile(options.file, () => {
    const source = readSourceModel(bytes);
    const { model } = source;
    const graph = new GraphImport(source, options);
    const problems = [
      refusalOf(() => refuseUnknownOpset(source)),
      ...source.inputs.map((_, index) => refusalOf(() => graph.declareInput(index))),
    ].filter((problem) => problem !== null);
    const declared = new Map(model.graph.valueInfos.map((info) => [info.name, info]));
    const inspection = { graph, declared, counted: new Set<ValueId>(), assumed: new Set<string>() };
    const nodes = source.nodes.map((node) => inspectNode(inspection, node));
    return {
      file: options.file,
      graphName: model.graph.name,
      producer: `${model.producerName} ${model.producerVersion}`.trim(),
      irVersion: model.irVersion,
      opset: source.opset,
      inputs: source.inputs.map(({ name, type }) => ({ name, type: typeText(type) })),
      outputs: outputsOf(source, graph),
      nodes,
      problems,
      totals: {
        nodes: nodes.length,
        refused: nodes.filter(({ refusal }) => refusal !== null).length,
        unknown: nodes.filter(({ parameters, macs }) => parameters === null || macs === null).length,
        parameters: nodes.reduce((sum, { parameters }) => sum + (parameters ?? 0), 0),
        macs: nodes.reduce((sum, { macs }) => sum + (macs ?? 0), 0),
      },
    };
  });
}

/** An inspection under way. */
interface Inspection {
  readonly graph: GraphImport;
  readonly declared: ReadonlyMap<string, OnnxValueInfo>;
  /** Constants that are counted already. */
  readonly counted: Set<ValueId>;
  /** Values that only stand for what a node would have made that is not understood. */
  readonly assumed: Set<string>;
}

function inspectNode(inspection: Inspection, source: SourceNode): InspectedNode {
  const { graph, assumed } = inspection;
  const { node } = source;
  const first = graph.nodes.length;
  const isReady = node.inputs.every((name) => name === '' || graph.shapeOf(name) !== null);
  const refused = refusalOf(() => (isReady ? graph.importNode(source) : operatorOf(source)));
  const isKnown = isReady && refused === null;
  if (!isKnown) for (const name of node.outputs) assumeDeclared(inspection, name);
  // What is made of assumed values may well be constant, or of another shape, once it is made.
  const inDoubt = node.inputs.some((name) => assumed.has(name)) && isSupported(source);
  return {
    name: source.name,
    operator: operatorName(node),
    outputs: node.outputs.filter((name) => name !== '').map((name) => ({ name, shape: graph.shapeOf(name) })),
    parameters: isKnown ? parametersOf(inspection, first) : null,
    macs: isKnown ? macsSince(graph, first) : null,
    refusal: inDoubt ? null : refused,
  };
}

/** Lets the result of a node that is not understood be what the file declares it to be. */
function assumeDeclared({ graph, declared, assumed }: Inspection, name: string): void {
  const info = declared.get(name);
  const shape = info === undefined ? null : declaredShape(info);
  assumed.add(name);
  if (shape !== null) graph.placeholder(name, shape, inputFormat(info!));
}

function parametersOf({ graph, counted }: Inspection, first: number): number {
  let parameters = 0;
  for (const id of graph.nodes.slice(first).flatMap(({ inputs }) => inputs)) {
    const constant = graph.builder.constant(id);
    if (constant === undefined || counted.has(id)) continue;
    counted.add(id);
    parameters += elementCount(constant.shape);
  }
  return parameters;
}

function macsSince(graph: GraphImport, first: number): number {
  const shape = (id: ValueId): Shape => graph.builder.value(id).shape;
  return graph.nodes
    .slice(first)
    .reduce((sum, node) => sum + (macsOf(node, node.inputs.map(shape), shape(node.output)) ?? 0), 0);
}

function outputsOf({ model }: SourceModel, graph: GraphImport): OnnxInspection['outputs'] {
  return model.graph.outputs.map(({ name, type }) => ({
    name,
    type: typeText(type),
    shape: graph.shapeOf(name),
  }));
}

/** What `work` refuses, or null where it goes through. */
function refusalOf(work: () => unknown): UserErrorDetails | null {
  try {
    work();
    return null;
  } catch (error) {
    if (error instanceof UserError) return error.details;
    throw error;
  }
}
