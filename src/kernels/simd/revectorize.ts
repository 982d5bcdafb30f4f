import { setFlagsFromString } from 'node:v8';
import { INT32, INT8, maxOf, minOf, type IntFormat } from '../../arith/int-format.js';
import { UserError } from '../../core/errors.js';
import { Random } from '../../core/random.js';
import type { IntConv2d, IntDepthwiseConv2d } from '../../ir/ops/conv2d.js';
import { elementCount, type Shape } from '../../tensor/shape.js';
import { POINT_WINDOW } from '../../tensor/window.js';
import { storageType, tensorFrom, type Tensor } from '../../tensor/tensor.js';
import type { KernelSet, Operand } from '../kernel.js';
import { referenceKernels } from '../reference/index.js';
import type { IntNode } from '../../ir/operators.js';
import { simdKernels } from './index.js';
import { joinsVectors, VARIABLE } from './joins-vectors.js';
import { KernelMemory } from './kernel-memory.js';

/** V8 of Node 24, the first in which the flag has an effect. */
const FIRST_V8 = 13;

let isDone = false;

/**
 * Where the environment asks for it, has V8 join pairs of 128-bit instructions to 256-bit ones: its flag
 * `--experimental-wasm-revectorize`. It is an experiment of V8's, so kernels are held to the reference before any is used. Before
 * the first module is compiled.
 *
 * @throws UserError where this Node does not have it, or computes wrongly with it
 */
export function revectorizeIfAsked(): void {
  if (isDone || !joinsVectors()) return;
  isDone = true;
  if (Number.parseInt(process.versions.v8, 10) < FIRST_V8) {
    throw refusal(`Node ${process.versions.node}`, 'Node 24 or newer');
  }
  setFlagsFromString('--experimental-wasm-revectorize');
  setFlagsFromString('--no-liftoff'); // what is tested is what runs: no function changes its compiler later
  if (!equalsReference()) throw refusal('other results than those of the reference', 'the same results');
}

function refusal(found: string, expected: string): UserError {
  return new UserError({
    place: `environment variable ${VARIABLE}`,
    found,
    expected,
    suggestion: `run without ${VARIABLE}`,
  });
}

/** Layers on random codes, with borders, per-channel requantization and tails: with fewer products, with all of them, depthwise. */
function equalsReference(): boolean {
  const common = {
    ...POINT_WINDOW,
    name: 'test',
    inputs: [],
    output: 'y',
    kernelHeight: 3,
    kernelWidth: 3,
    padTop: 1,
    padBottom: 1,
    padLeft: 1,
    padRight: 1,
    inputZeroPoint: 7,
    weightZeroPoint: 0,
    outputZeroPoint: -9,
    clamp: { min: -128, max: 127 },
  } as const;
  const channels = 19;
  const requantizer = {
    kind: 'doubleRounding',
    multipliers: Array.from({ length: channels }, (_, channel) => 2 ** 30 + 1_234_567 * channel),
    leftShifts: Array.from({ length: channels }, (_, channel) => -6 - (channel % 3)),
  } as const;
  const full: IntConv2d = { ...common, op: 'conv2d', groups: 1, requantizer };
  const depthwise: IntDepthwiseConv2d = { ...common, op: 'depthwiseConv2d', groups: channels, requantizer };
  const spread: IntConv2d = { ...full, dilationHeight: 2, padTop: 2, padBottom: 2 };
  return (
    sameCodes(full, [channels, 3, 3, channels], channels) &&
    sameCodes(spread, [channels, 3, 3, channels], channels) &&
    sameCodes(depthwise, [channels, 3, 3, 1], channels)
  );
}

function sameCodes(node: IntConv2d | IntDepthwiseConv2d, weight: Shape, channels: number): boolean {
  const random = new Random(1);
  const shape = [1, 21, 13, channels];
  const values = (format: IntFormat, of: Shape, [min, max]: readonly [number, number]): Tensor =>
    tensorFrom(
      storageType(format),
      of,
      Array.from({ length: elementCount(of) }, () => random.integer(min, max)),
    );
  const codes = [minOf(INT8), maxOf(INT8)] as const;
  const tensors = [
    values(INT8, shape, codes),
    values(INT8, weight, codes),
    values(INT32, [channels], [-5000, 5000]),
  ];
  const operands = tensors.map((each, index): Operand => ({
    shape: each.shape,
    type: { kind: 'int', format: index === 2 ? INT32 : INT8, quantization: null },
    constant: index === 0 ? null : each,
  }));
  const run = (kernels: KernelSet<IntNode>): Tensor => {
    const kernel = kernels[node.op] as typeof kernels.conv2d;
    const result = { shape, type: { kind: 'int', format: INT8, quantization: null } } as const;
    return kernel(node as IntConv2d, operands, result)(tensors);
  };
  const expected = run(referenceKernels).data;
  return run(simdKernels(new KernelMemory())).data.every(
    (code: number, index: number) => code === expected[index],
  );
}
