import { expect, it } from 'vitest';
import {
  onnxCaseFiles,
  type CaseNode,
  type CaseTensor,
  type ExpectedOutputs,
  type OnnxCase,
} from '../support/onnx-cases.js';
import { fused, runCase } from '../support/onnx-graphs.js';
import type { OrtBuild } from '../support/onnx-operators.js';
import { describeShared } from '../support/shared.js';

/** Who gave the answers of a field: which build, and whether it ran the nodes as they are or fused. */
interface Run {
  readonly build: OrtBuild;
  readonly nodes: (testCase: OnnxCase) => readonly CaseNode[];
}

const asGiven = ({ nodes }: OnnxCase): readonly CaseNode[] => nodes;
const runs: Readonly<Record<string, Run>> = {
  expected: { build: 'cpu', nodes: asGiven },
  expected_wasm: { build: 'wasm', nodes: asGiven },
  expected_unfused: { build: 'cpu', nodes: asGiven },
  expected_fused: { build: 'cpu', nodes: fused },
};

describeShared('operators of the shared vectors, as ONNX Runtime computes them', () => {
  const files = onnxCaseFiles();

  it('there are files of cases', () => {
    expect(files.length).toBeGreaterThan(0);
  });

  it.each(files)('$name: every value of every case', ({ cases }) => {
    const all = cases();
    expect(all.length).toBeGreaterThan(0);
    expect(
      all.flatMap((testCase, index) => misses(testCase).map((miss) => `case ${index}, ${miss}`)),
    ).toEqual([]);
  });
});

/** What a case gets wrong, one line for every field of answers and output. */
function misses(testCase: OnnxCase): string[] {
  const answers = answersOf(testCase);
  if (answers.length === 0) return ['no answers'];
  return answers.flatMap(([field, expected]) => {
    const run = runs[field];
    if (run === undefined) return [`${field}: answers of an unknown run`];
    const values = runCase(testCase, run.nodes(testCase), run.build);
    return outputsOf(testCase, expected).flatMap(({ name, shape, data }) =>
      differences(values.get(name)!, shape, data).map((difference) => `${field}, ${name}: ${difference}`),
    );
  });
}

/** The fields of answers. Where the WASM build has none of its own, it gave the same as the CPU build. */
function answersOf(testCase: OnnxCase): [string, ExpectedOutputs][] {
  const stated = Object.entries(testCase).filter(([field]) => field.startsWith('expected'));
  const { expected } = testCase;
  const agreed = expected !== undefined && testCase['expected_wasm'] === undefined;
  return [...stated, ...(agreed ? [['expected_wasm', expected]] : [])] as [string, ExpectedOutputs][];
}

interface Answer {
  readonly name: string;
  /** Null where the answer does not say. */
  readonly shape: readonly number[] | null;
  readonly data: readonly number[];
}

function outputsOf({ nodes }: OnnxCase, expected: ExpectedOutputs): Answer[] {
  if (Array.isArray(expected))
    return [{ name: nodes.at(-1)!.outputs[0]!, shape: null, data: expected as number[] }];
  const named = expected as Exclude<ExpectedOutputs, readonly number[]>;
  return Object.entries(named).map(([name, answer]) => ({ name, ...answer }));
}

/** How many elements differ, and the first of them. */
function differences(got: CaseTensor, shape: readonly number[] | null, data: readonly number[]): string[] {
  if (shape !== null && got.dims.join() !== shape.join())
    return [`shape ${got.dims.join('x')}, expected ${shape.join('x')}`];
  if (got.data.length !== data.length) return [`${got.data.length} elements, expected ${data.length}`];
  const wrong = data.flatMap((value, index) => (got.data[index] === value ? [] : [index]));
  if (wrong.length === 0) return [];
  const first = wrong[0]!;
  return [
    `${wrong.length} of ${data.length} differ, element ${first} is ${got.data[first]}, expected ${data[first]}`,
  ];
}
