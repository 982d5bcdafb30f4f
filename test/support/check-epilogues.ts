import fc from 'fast-check';
import { REQUANTIZER_RULES } from '../../src/arith/index.js';
import { anyCaseOf, anyLayer } from '../arbitraries/epilogues.js';
import { epilogueOutcome } from './epilogue-codes.js';

/** Runs epilogues of layers and of all rules in a process of its own, whose flags choose the compiler, and prints where they err. */
const SEED = 20240613;

const cases = [
  ...fc.sample(anyLayer, { numRuns: 300, seed: SEED }),
  ...REQUANTIZER_RULES.flatMap((rule) => fc.sample(anyCaseOf(rule), { numRuns: 3, seed: SEED })),
];
const misses = cases.flatMap((request) => epilogueOutcome(request).misses);
console.log(JSON.stringify({ cases: cases.length, misses: misses.slice(0, 10) }));
