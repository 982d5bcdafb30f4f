import { expect, it } from 'vitest';
import type { ExplainedMapping } from '../../../src/engine/explain.js';
import { zeroEnergy } from '../../../src/hw/energy/energy-of.js';
import { times, whyNot } from '../../../src/report/mapping-reasons.js';

const NO_CYCLES = {
  stream: 0,
  fill: 0,
  drain: 0,
  weightLoad: 0,
  requantize: 0,
  vector: 0,
  stalledOnLoad: 0,
  stalledOnStore: 0,
  idle: 0,
};

const CHOICE: ExplainedMapping = {
  text: 'the choice',
  cycles: 1000,
  cycleBreakdown: { ...NO_CYCLES, stream: 900, stalledOnLoad: 100 },
  energyPicojoules: 2e6,
  energyBreakdown: { ...zeroEnergy(), mac: 1e6, dram: 1e6 },
  dramBytes: 500,
  value: 1000,
  timesLoaded: { activations: 1, weights: 1, biases: null },
};

const SLOWER: ExplainedMapping = {
  ...CHOICE,
  cycles: 1120,
  cycleBreakdown: { ...NO_CYCLES, stream: 890, fill: 10, stalledOnLoad: 220 },
  energyPicojoules: 2.5e6,
  energyBreakdown: { ...zeroEnergy(), mac: 1e6, dram: 1.5e6 },
  dramBytes: 800,
  value: 1120,
  timesLoaded: { activations: 1, weights: 4, biases: null },
};

const LOADS = 'as weights are loaded 4 times instead of once';

it('names the cycles that a slower mapping has more of, and what it loads more often', () => {
  expect(whyNot('latency', CHOICE, SLOWER)).toBe(
    `12.0% more cycles, 60.0% more DRAM traffic: 120 more stalled on load, 10 more fill, ${LOADS}`,
  );
});

it('names the components of more energy', () => {
  expect(whyNot('energy', CHOICE, SLOWER)).toBe(`25.0% more energy: 500 nJ more DRAM, ${LOADS}`);
});

it('says both of energy times delay', () => {
  const [choice, other] = [
    { ...CHOICE, value: 2e9 },
    { ...SLOWER, value: 2.8e9 },
  ];
  expect(whyNot('edp', choice, other)).toBe(
    `40.0% more energy x delay (12.0% more cycles, 25.0% more energy): 120 more stalled on load, 10 more fill, 500 nJ more DRAM, ${LOADS}`,
  );
});

it('does not blame cycles where the traffic decides', () => {
  const leanerChoice = { ...SLOWER, cycles: 1008, dramBytes: 400, timesLoaded: CHOICE.timesLoaded };
  expect(whyNot('latency', leanerChoice, CHOICE)).toBe('0.8% fewer cycles, 25.0% more DRAM traffic');
});

it('says how often in words', () => {
  expect([1, 2, 2.5, 16].map(times)).toEqual(['once', 'twice', '2.50 times', '16 times']);
});
