import { assert } from '../../../src/core/errors.js';
import { IntegerRunner } from '../../../src/engine/run.js';
import { writeIntegerGraph } from '../../../src/exporters/integer-graph.js';
import { readIntegerGraph } from '../../../src/importers/integer-graph/read.js';
import { parseModel } from '../../../src/importers/load-model.js';
import type { IntGraph } from '../../../src/ir/graph.js';
import { fastKernels } from '../../../src/kernels/fast/index.js';
import { referenceKernels } from '../../../src/kernels/reference/index.js';
import type { Tensor } from '../../../src/tensor/tensor.js';
import { writeTflite, type SubgraphToWrite } from '../tflite-writer.js';

/** What an imported model makes of its inputs. */
export interface ImportedRun {
  readonly graph: IntGraph;
  /** The outputs in the order of the file: codes where its tensor holds integers, else the real numbers. */
  readonly outputs: readonly (readonly number[])[];
}

/** The integer graph of a `.tflite` file. */
export function importedInteger(bytes: Uint8Array, semantics: string): IntGraph {
  const graph = parseModel(bytes, { file: 'model.tflite', semantics });
  assert(graph.dialect === 'integer', 'a quantized model gives an integer graph', { dialect: graph.dialect });
  return graph;
}

/**
 * Imports and runs a model: by the reference kernels, by the fast ones, and by the fast ones again after the graph went to a
 * file and back.
 *
 * @throws InvariantError where one of the three makes something else, or the file is another the second time.
 */
export function runImported(
  bytes: Uint8Array,
  fed: readonly Tensor[],
  wantsReals: readonly boolean[],
  semantics: string,
): ImportedRun {
  const graph = importedInteger(bytes, semantics);
  const file = writeIntegerGraph(graph);
  const again = readIntegerGraph(file);
  assert(sameBytes(writeIntegerGraph(again), file), 'a graph from a file gives the same file');
  const outputs = outputsOf(new IntegerRunner(graph, referenceKernels), fed, wantsReals);
  const others = {
    fast: outputsOf(new IntegerRunner(graph, fastKernels), fed, wantsReals),
    'read back': outputsOf(new IntegerRunner(again, fastKernels), fed, wantsReals),
  };
  for (const [name, other] of Object.entries(others)) {
    outputs.forEach((output, index) => {
      const at = output.findIndex((value, i) => !Object.is(value, other[index]![i]));
      assert(at < 0 && output.length === other[index]!.length, `${name}: the same outputs`, {
        index,
        at,
        expected: output[at],
        observed: other[index]![at],
      });
    });
  }
  return { graph, outputs };
}

/** Outputs of a model that is written for the purpose; those of type float32 come as real numbers. */
export function runWritten(
  subgraph: SubgraphToWrite,
  fed: readonly Tensor[],
  semantics = 'tflite-reference',
): ImportedRun {
  const wantsReals = subgraph.outputs.map((index) => subgraph.tensors[index]!.type === 'float32');
  return runImported(writeTflite(subgraph), fed, wantsReals, semantics);
}

function outputsOf(
  runner: IntegerRunner,
  fed: readonly Tensor[],
  wantsReals: readonly boolean[],
): number[][] {
  const { codes, reals } = runner.run(fed);
  return wantsReals.map((isReal, index) => Array.from((isReal ? reals : codes)[index]!.data));
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
