import { describe, expect, it } from 'vitest';
import { ruleOf, type RuleName } from '../../../src/arith/index.js';
import { compareRequantizers } from '../../../src/testing/compare/comparison.js';
import { tieCodes } from '../../../src/testing/ties.js';

const compared = (a: RuleName, b: RuleName, corners = false, runs = 20_000) =>
  compareRequantizers({ a: ruleOf(a), b: ruleOf(b) }, { runs, seed: 1, corners });

const bits = (a: RuleName, b: RuleName) => compared(a, b, false, 100)!.factorBits;

describe('two requantizers', () => {
  it('that round once and twice differ in about 8 of 1000 realistic cases, by 1', () => {
    const { cases, disagreements, worst, smallest } = compared('tflite-double', 'tflite-single')!;
    expect(disagreements / cases).toBeGreaterThan(0.006);
    expect(disagreements / cases).toBeLessThan(0.011);
    expect([worst!.a - worst!.b, smallest!.acc, smallest!.a, smallest!.b]).toEqual([1n, 1n, 1n, 0n]);
  });

  it.each<[RuleName, RuleName]>([
    ['tflite-single', 'ruy'],
    ['xnnpack-fp32', 'onnxruntime'],
    ['gemmini-shift', 'rvv-vssra-rne'],
    ['ap-fixed-rnd-sat', 'shift-half-up'],
    ['pulp-nn-64', 'multiply-shift-floor'],
  ])('%s and %s never differ, at the corners neither', (a, b) => {
    for (const corners of [false, true]) {
      expect(compared(a, b, corners)).toMatchObject({ disagreements: 0, worst: null, smallest: null });
    }
  });

  it('are compared over as many significant bits as both take', () => {
    expect(bits('tflite-single', 'ruy')).toEqual({ least: 31, most: 31 });
    expect(bits('tflite-single', 'xnnpack-fp32')).toEqual({ least: 24, most: 24 });
    expect(bits('nvdla-sdp', 'tosa-16')).toEqual({ least: 15, most: 15 });
    expect(bits('shift-floor', 'tflite-single')).toEqual({ least: 1, most: 1 });
  });

  it('without a factor in common are not compared', () => {
    expect(compared('shift-stochastic', 'ruy')).toBeNull();
  });

  it('are compared on codes that both have', () => {
    const { ties } = compared('xnnpack-rndnu-neon', 'xnnpack-fp32', false, 100)!;
    expect(ties.map(({ texts: [text] }) => text).filter((text) => !text.endsWith('clamp 0…127'))).toEqual([]);
  });
});

it.each<[RuleName, (number | null)[]]>([
  ['tflite-double', [1, -1, 2, -2]],
  ['tflite-single', [1, 0, 2, -1]],
  ['onnxruntime', [0, 0, 2, -2]],
  ['qnnpack-precise', [1, -1, 2, -2]],
  ['vta-shr', [0, -1, 1, -2]],
  ['pulp-nn-32', [0, null, 1, null]],
  ['shift-stochastic', [null, null, null, null]],
])('%s makes %j of ±0.5 and ±1.5', (name, codes) => {
  expect(tieCodes(ruleOf(name))).toEqual(codes);
});
