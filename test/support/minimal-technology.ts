/** A technology file that says what it must and nothing else. */
export const MINIMAL_TECHNOLOGY = `
name: my
node: 28 nm
multiplier: { bits: 8, energy: 1 pJ, source: s }
adder: { bits: 32, energy: 1 pJ, source: s }
register: { energy: 1 fJ/bit, source: s }
sram:
  word: 64 bit
  points: [{ capacity: 1 KiB, read: 2 pJ, write: 2 pJ }, { capacity: 2 KiB, read: 3 pJ, write: 3 pJ }]
  source: s
dram: { energy: 8 pJ/bit, source: s }
requantize: { energy: 1 pJ, source: s }
vector: { energy: 1 pJ, source: s }
leakage: { multiplier: 0 W, adder: 0 W, register: 0 W/bit, sram: 0 W/KiB, source: s }
`;
