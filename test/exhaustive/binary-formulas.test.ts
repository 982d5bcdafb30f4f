import { expect, it } from 'vitest';
import { INT8, maxOf, minOf, UINT8, type IntFormat } from '../../src/arith/int-format.js';
import { BINARY_RULE_NAMES } from '../../src/arith/operators/names.js';
import { binaryRule } from '../../src/arith/operators/binary.js';
import { Random } from '../../src/core/random.js';
import { binaryFormula } from '../../src/kernels/simd/binary-formulas.js';
import { simdKernels } from '../../src/kernels/simd/index.js';
import { KernelMemory } from '../../src/kernels/simd/kernel-memory.js';
import { activation, runNode } from '../support/run-node.js';

/** Scales of layers: the operands' about equal, the output's larger. Some are powers of two, whose quotients are often ties. */
const GRIDS = 3;

function gridsOf(random: Random, format: IntFormat) {
  const zeroPoint = (): number => random.integer(minOf(format), maxOf(format));
  return Array.from({ length: GRIDS }, (_, index) => {
    const scale = (): number =>
      index === 0 ? 2 ** random.integer(-3, 0) : Math.fround(2 ** (random.integer(-400, 0) / 100));
    const grid = () => ({ scale: scale(), zeroPoint: zeroPoint(), format });
    return { inputs: [grid(), grid()] as const, output: grid() };
  });
}

const rules = BINARY_RULE_NAMES.filter((rule) => rule !== 'tflite-prelu');

it.each(rules.flatMap((rule) => [INT8, UINT8].map((format) => ({ rule, format, isSigned: format.signed }))))(
  '$rule of every pair of codes, signed: $isSigned',
  ({ rule, format }) => {
    const codes = Array.from({ length: 256 }, (_, index) => minOf(format) + index);
    const operands = [activation(format, [256, 1], codes), activation(format, [256], codes)];
    const clamp = { min: minOf(format), max: maxOf(format) };
    const different = gridsOf(new Random(7), format).flatMap(({ inputs: inputGrids, output: outputGrid }) => {
      expect(binaryFormula(rule, inputGrids, outputGrid)).not.toBeNull();
      const node = { op: 'stackBinary', rule, inputGrids, outputGrid, clamp } as const;
      const memory = new KernelMemory();
      const made = runNode(simdKernels(memory), node, operands, format, memory).data;
      const codeOf = binaryRule(rule, inputGrids, outputGrid);
      const wanted = codes.flatMap((a) => codes.map((b) => codeOf(a, b)));
      return wanted.flatMap((code, pair) =>
        made[pair] === code
          ? []
          : [`${codes[pair >> 8]} ${codes[pair & 255]} -> ${made[pair]}, expected ${code}`],
      );
    });
    expect(different.slice(0, 5)).toEqual([]);
  },
);
