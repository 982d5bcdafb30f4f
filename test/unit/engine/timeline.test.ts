import { expect, it } from 'vitest';
import { runProgram } from '../../../src/engine/timeline.js';
import type { LayerProgram } from '../../../src/hw/isa.js';
import { loadAccelerator } from '../../../src/hw/load-accelerator.js';

// 8 bytes a cycle, latency 100, bursts of 64 bytes; requantizer of 16 lanes, latency 4.
const machine = await loadAccelerator('whitepaper-16x16');

const load = (bytes: number, waitsFor: number[] = []) =>
  ({ kind: 'loadActivations', unit: 'load', bytes, waitsFor }) as const;
const store = (bytes: number, waitsFor: number[] = []) =>
  ({ kind: 'store', unit: 'store', bytes, waitsFor }) as const;
const requantize = (elements: number, waitsFor: number[] = []) =>
  ({ kind: 'requantize', unit: 'post', elements, outputBytes: elements, waitsFor }) as const;

function spans(program: LayerProgram): string[] {
  const { starts, ends } = runProgram(program, machine);
  return program.map(({ kind }, index) => `${kind} ${starts[index]} ${ends[index]}`);
}

it('an instruction starts when its unit is free and its tokens have ended', () => {
  expect(spans([load(64), requantize(64, [0]), requantize(16)])).toEqual([
    'loadActivations 0 108',
    'requantize 108 116',
    'requantize 116 121',
  ]);
});

it('a load and a store that could start together share the DRAM, the load first', () => {
  expect(spans([requantize(16), store(64, [0]), load(64, [0])])).toEqual([
    'requantize 0 5',
    'store 113 221',
    'loadActivations 5 113',
  ]);
});

it('of a load and a store the one that can start earlier goes first', () => {
  expect(spans([requantize(16), requantize(16), store(64, [0]), load(64, [1])])).toEqual([
    'requantize 0 5',
    'requantize 5 10',
    'store 5 113',
    'loadActivations 113 221',
  ]);
});

it('a load that is ready while the DRAM stores goes before the next store', () => {
  expect(spans([requantize(16), store(64, [0]), store(64, [0]), requantize(16), load(64, [3])])).toEqual([
    'requantize 0 5',
    'store 5 113',
    'store 221 329',
    'requantize 5 10',
    'loadActivations 113 221',
  ]);
});

it('an empty program takes no time', () => {
  expect(runProgram([], machine).makespan).toBe(0);
});

it('a program that makes no progress says who waits for whom', () => {
  expect(() => runProgram([store(64, [1]), requantize(16, [2]), load(64, [0])], machine)).toThrow(
    'a program makes no progress {"waiting":["load: 2 loadActivations waits for 0","post: 1 requantize waits for 2","store: 0 store waits for 1"]}',
  );
});
