import { broadcastShapes, type Shape } from '../../tensor/shape.js';
import type { CodeRange, Requantizer } from '../../arith/requantizer.js';
import type { NodeBase } from '../graph.js';
import type { ArrayArithmetic } from './array-arithmetic.js';
import type { RealRange } from './real-range.js';

/** Inputs: x [..., inputFeatures], weight [outputFeatures, inputFeatures], bias [outputFeatures] (optional in float). */
export interface FloatFullyConnected extends NodeBase {
  readonly op: 'fullyConnected';
  readonly activation: RealRange | null;
}

export interface IntFullyConnected extends NodeBase, ArrayArithmetic {
  readonly op: 'fullyConnected';
}

export function fullyConnectedShape([x, weight]: readonly Shape[]): Shape {
  return [...x!.slice(0, -1), weight![0]!];
}

export function fullyConnectedProblems([x, weight, bias]: readonly Shape[]): string[] {
  const problems: string[] = [];
  if (weight!.length !== 2) problems.push(`weight has rank ${weight!.length}, expected 2`);
  if (x!.length < 1 || x!.at(-1) !== weight![1]) {
    problems.push(`input has ${x!.at(-1)} features, expected ${weight![1]}`);
  }
  if (bias !== undefined && (bias.length !== 1 || bias[0] !== weight![0])) {
    problems.push(`bias has shape ${bias.join('x')}, expected ${weight![0]}`);
  }
  return problems;
}

/** Both operands are activations: a [..., M, K] times b [..., K, N], leading axes broadcast. Ranks are at least 2. */
export interface FloatMatMul extends NodeBase {
  readonly op: 'matMul';
}

/** `acc = Σ (a − zeroPoints[0]) · (b − zeroPoints[1])`, int32. */
export interface IntMatMul extends NodeBase {
  readonly op: 'matMul';
  readonly inputZeroPoints: readonly [number, number];
  readonly requantizer: Requantizer;
  readonly outputZeroPoint: number;
  readonly clamp: CodeRange;
}

export function matMulShape([a, b]: readonly Shape[]): Shape {
  const batch = broadcastShapes(a!.slice(0, -2), b!.slice(0, -2)) ?? [];
  return [...batch, a!.at(-2)!, b!.at(-1)!];
}

export function matMulProblems([a, b]: readonly Shape[]): string[] {
  if (a!.length < 2 || b!.length < 2)
    return [`operands have ranks ${a!.length} and ${b!.length}, expected at least 2`];
  const problems: string[] = [];
  if (a!.at(-1) !== b!.at(-2)) problems.push(`summed dimensions differ: ${a!.at(-1)} and ${b!.at(-2)}`);
  if (broadcastShapes(a!.slice(0, -2), b!.slice(0, -2)) === null) {
    problems.push(
      `leading axes ${a!.slice(0, -2).join('x')} and ${b!.slice(0, -2).join('x')} do not broadcast`,
    );
  }
  return problems;
}
