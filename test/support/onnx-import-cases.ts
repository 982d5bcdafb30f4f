import type { ExpectedOutputs, OnnxCase } from './onnx-cases.js';
import { importedInteger, modelOfCase, runEveryWay, tensorOfCase } from './onnx-imported.js';
import { onnxBytes } from './onnx-model.js';
import {
  attempt,
  compare,
  importTallies,
  notCompared,
  type ImportedCase,
  type ImportTally,
} from './tflite/tally.js';

/**
 * The answers of the x86-64 build, and how it ran the nodes: as they are, or fused by its optimizer. The integer graph of a QDQ
 * model is that of the fused one; `expected_unfused` is what float32 operators between the codes give.
 */
const ANSWERS = ['expected', 'expected_fused'];

/** Runs every case of a file through the importer, under the semantics `onnxruntime`. */
export function importedCases(name: string, cases: readonly OnnxCase[]): ImportTally[] {
  return importTallies(cases.map((testCase, index) => runCase(`${name}, case ${index}`, testCase)));
}

function runCase(place: string, testCase: OnnxCase): ImportedCase {
  const { nodes, inputs } = testCase;
  const operator = operatorOf(testCase);
  const types = `${inputs.map(({ dtype }) => dtype).join()}->${resultType(testCase)}`;
  const fields = ANSWERS.filter((field) => testCase[field] !== undefined);
  if (fields.length === 0)
    return { operator, types, comparisons: [notCompared(place, 'no answers')], onHost: false };
  let onHost = false;
  const comparisons = fields.flatMap((field) => {
    const answers = answersOf(testCase, nodes.at(-1)!.outputs[0]!, field);
    return answers.map(([output, data]) =>
      attempt(`${place}, ${field}, ${output}`, () => {
        const bytes = onnxBytes(modelOfCase(testCase, [output]));
        const graph = importedInteger(bytes, 'onnxruntime');
        onHost ||= graph.nodes.some(({ op }) => op === 'float');
        const { codes, reals } = runEveryWay(graph, inputs.map(tensorOfCase));
        const isCodes = graph.outputs[0]!.takesCodes === true;
        return compare(`${place}, ${field}, ${output}`, (isCodes ? codes : reals)[0]!, data);
      }),
    );
  });
  return { operator, types, comparisons, onHost };
}

/** The operator of a case; of a QDQ sandwich the one in the middle. */
function operatorOf({ nodes }: OnnxCase): string {
  if (nodes.length === 1) return nodes[0]!.op;
  const inner = nodes.filter(({ op }) => op !== 'DequantizeLinear' && op !== 'QuantizeLinear');
  return `QDQ ${inner.map(({ op }) => op).join()}`;
}

/** The zero point of the result has the type of its codes. */
function resultType({ nodes, initializers }: OnnxCase): string {
  const last = nodes.at(-1)!;
  if (last.op === 'DequantizeLinear') return 'float32';
  return initializers.find(({ name }) => name === 'yz' && last.inputs.includes(name))?.dtype ?? 'uint8';
}

function answersOf(
  testCase: OnnxCase,
  only: string,
  field: string,
): (readonly [string, readonly number[]])[] {
  const expected = testCase[field] as ExpectedOutputs;
  if (Array.isArray(expected)) return [[only, expected as readonly number[]]];
  const named = expected as Exclude<ExpectedOutputs, readonly number[]>;
  return Object.entries(named).map(([name, { data }]) => [name, data]);
}

export function tableOf(tallies: readonly ImportTally[]): string {
  const head = `${'operator'.padEnd(28)}${'types'.padEnd(22)} cases     values mismatches`;
  const rows = tallies.map(({ operator, types, cases, values, mismatches, onHost }) =>
    [
      operator.padEnd(28),
      types.padEnd(22),
      String(cases).padStart(6),
      ...[values, mismatches].map((n) => String(n).padStart(11)),
      onHost === 0 ? '' : `  ${onHost} with nodes on the host`,
    ]
      .join('')
      .trimEnd(),
  );
  return `${[head, ...rows].join('\n')}\n`;
}
