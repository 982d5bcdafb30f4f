import { expect, it } from 'vitest';
import { cycleBreakdown } from '../../../src/engine/cycle-breakdown.js';
import { runProgram } from '../../../src/engine/timeline.js';
import type { LayerProgram } from '../../../src/hw/isa.js';
import { loadAccelerator } from '../../../src/hw/load-accelerator.js';

// 16 weights a cycle, 2 pipeline stages, a load of 64 bytes in 108 cycles, 16 requantizer lanes with latency 4.
const machine = await loadAccelerator('whitepaper-16x16');

const preload = {
  kind: 'preload',
  unit: 'weightLoad',
  rows: 16,
  columns: 16,
  operand: 'weights',
  values: 256,
  waitsFor: [],
} as const;
const stream = {
  kind: 'stream',
  unit: 'array',
  vectors: 30,
  rows: 16,
  columns: 16,
  macs: 7680,
  accumulates: false,
  waitsFor: [],
} as const;
const requantize = {
  kind: 'requantize',
  unit: 'post',
  elements: 896,
  outputBytes: 896,
  waitsFor: [],
} as const;
const load = { kind: 'loadWeights', unit: 'load', bytes: 64, waitsFor: [] } as const;

function namesOf(program: LayerProgram) {
  const breakdown = cycleBreakdown(program, runProgram(program, machine), machine);
  return Object.fromEntries(Object.entries(breakdown).filter(([, cycles]) => cycles > 0));
}

it('what runs beside a stream is hidden by it, and weight loads hide the rest', () => {
  // 0 … 16 preload, 0 … 32 stream, 0 … 60 requantize, 0 … 108 load
  expect(namesOf([preload, stream, requantize, load])).toEqual({
    stream: 30,
    fill: 2,
    requantize: 28,
    stalledOnLoad: 48,
  });
  // 0 … 16 preload, 0 … 60 requantize, 0 … 108 load
  expect(namesOf([preload, requantize, load])).toEqual({ weightLoad: 16, requantize: 44, stalledOnLoad: 48 });
});

it('cycles in which nothing runs are idle', () => {
  const timeline = { starts: [0, 50], ends: [32, 82], makespan: 82 };
  expect(cycleBreakdown([stream, stream], timeline, machine).idle).toBe(18);
});
