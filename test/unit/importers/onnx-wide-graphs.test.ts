import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../../src/ir/builder.js';
import type { FloatNode } from '../../../src/ir/operators.js';
import { importSmall, onnxNode, refusalOf, type ModelParts } from '../../support/onnx-model.js';

/** Processor time of an import in milliseconds. */
function importMilliseconds(parts: ModelParts): number {
  const start = process.cpuUsage();
  importSmall(parts);
  return sumOf(process.cpuUsage(start));
}

const sumOf = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1000;

const times = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item);

describe('an import takes time in proportion to the file', () => {
  it('where forty thousand values would have one name', () => {
    const builder = new GraphBuilder<FloatNode>();
    const start = process.cpuUsage();
    for (let count = 0; count < 40_000; count += 1) builder.addInput(builder.freshId('x'), [1]);
    expect(sumOf(process.cpuUsage(start))).toBeLessThan(2000);
    expect(builder.freshId('x')).toBe('x.40000');
  });

  it('where a concatenation has four thousand operands', () => {
    const nodes = [onnxNode('Concat', times(4096, 'x'), ['y'], { axis: 1n }, 'concat')];
    expect(importMilliseconds({ inputs: { x: [1, 2, 3, 4] }, nodes, outputs: ['y'] })).toBeLessThan(2000);
  });

  it('where a GELU may hide behind concatenations of concatenations', () => {
    const links = Array.from({ length: 8 }, (_, step) =>
      onnxNode('Concat', times(11, step === 0 ? 'x' : `c${step - 1}`), [`c${step}`], { axis: 0n }),
    );
    const nodes = [...links, onnxNode('Erf', ['c7'], ['y'])];
    expect(importMilliseconds({ inputs: { x: [1] }, nodes, outputs: ['y'] })).toBeLessThan(2000);
  });
});

it('a sum of more operands than any model has is refused', () => {
  const nodes = [onnxNode('Sum', times(4097, 'x'), ['y'], {}, 'sum')];
  expect(refusalOf({ inputs: { x: [2] }, nodes, outputs: ['y'] })).toBe(
    "small.onnx: node 'sum' (Sum): found 4097 operands, expected at most 4096",
  );
});
