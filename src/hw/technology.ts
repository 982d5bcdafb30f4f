import type { Accelerator, Sourced, SramBuffer, Technology } from './accelerator.js';
import type { Quantity } from './config/quantity.js';
import { toNumber } from './config/rational.js';
import { sramEnergy } from './sram-energy.js';
import { bufferBytes } from './storage.js';
import type { TechnologyTable } from './technology-schema.js';

/** A machine whose costs are not known yet. */
export type Uncosted = Omit<Accelerator, 'technology'>;

/** The costs of a machine, from the building blocks of a technology. */
export function technologyOf(table: TechnologyTable, machine: Uncosted): Technology {
  const { activationBuffer, weightBuffer, outputBuffer } = machine;
  return {
    name: table.name,
    nodeNanometres: toNumber(table.node.amount),
    macPicojoules: macEnergy(table, machine),
    ...(machine.array.packedLanes === undefined ? {} : packedEnergy(table, machine)),
    registerPicojoulesPerBit: derived(
      toNumber(table.register.energy.amount) / 8,
      table.register.source,
      table.register,
    ),
    accumulatorPicojoulesPerAccess: accumulatorEnergy(table, machine),
    activationReadPicojoulesPerByte: bufferEnergy(table, activationBuffer, 'read'),
    activationWritePicojoulesPerByte: bufferEnergy(table, activationBuffer, 'write'),
    weightReadPicojoulesPerByte: bufferEnergy(table, weightBuffer, 'read'),
    weightWritePicojoulesPerByte: bufferEnergy(table, weightBuffer, 'write'),
    outputReadPicojoulesPerByte: bufferEnergy(table, outputBuffer, 'read'),
    outputWritePicojoulesPerByte: bufferEnergy(table, outputBuffer, 'write'),
    dramPicojoulesPerByte: sourced(table.dram.energy, table.dram),
    requantizePicojoules: sourced(table.requantize.energy, table.requantize),
    vectorPicojoules: sourced(table.vector.energy, table.vector),
    leakageMilliwatts: leakage(table, machine),
  };
}

/** A multiplier costs the product of its operand widths, an adder its width (Horowitz: exponents 1.98 and 0.87, 8 to 32 bits). */
function macEnergy({ multiplier, adder }: TechnologyTable, { array, accumulators }: Uncosted): Sourced {
  const multiply = toNumber(multiplier.energy.amount) * multiplierScale(multiplier.bits, array);
  const accumulate = toNumber(adder.energy.amount) * (accumulators.bits / adder.bits);
  const widths = `${array.activationBits} x ${array.weightBits} bit multiply + ${accumulators.bits} bit add`;
  const source = `${widths}; ${multiplier.source}; ${adder.source}`;
  return derived(multiply + accumulate, source, multiplier, adder);
}

/** The same rule in its two parts, so that it holds for lanes of any width. */
function packedEnergy({ multiplier, adder }: TechnologyTable, { accumulators }: Uncosted) {
  const multiply = toNumber(multiplier.energy.amount) / multiplier.bits ** 2;
  const add = toNumber(adder.energy.amount) * (accumulators.bits / adder.bits);
  return {
    packedMultiplyPicojoules: derived(multiply, `1 x 1 bit of a multiply; ${multiplier.source}`, multiplier),
    packedAddPicojoules: derived(add, `${accumulators.bits} bit add; ${adder.source}`, adder),
  };
}

function multiplierScale(bits: number, array: Uncosted['array']): number {
  return (array.activationBits * array.weightBits) / (bits * bits);
}

/** Each column's accumulators are one SRAM, read and written an entry at a time; the mean of a read and a write. */
function accumulatorEnergy(table: TechnologyTable, { accumulators }: Uncosted): Sourced {
  const { bits, entriesPerColumn } = accumulators;
  const bytes = (entriesPerColumn * bits) / 8;
  const read = sramEnergy(table, bytes, bits, 'read');
  const write = sramEnergy(table, bytes, bits, 'write');
  const memory = `SRAM of ${capacityText(bytes)}, ${bits} bit word, mean of read and write`;
  return derived((read + write) / 2, `${memory}; ${table.sram.source}`, table.sram);
}

function bufferEnergy(
  table: TechnologyTable,
  { capacityBytes, wordBits }: SramBuffer,
  action: 'read' | 'write',
): Sourced {
  const access = sramEnergy(table, capacityBytes, wordBits, action);
  const memory = `SRAM of ${capacityText(capacityBytes)}, ${wordBits} bit word`;
  return derived(access / (wordBits / 8), `${memory}; ${table.sram.source}`, table.sram);
}

/** SRAM by capacity, multipliers and adders scaled as their energy, and the registers of the array. Nothing else. */
function leakage(table: TechnologyTable, machine: Uncosted): Sourced {
  const { array, accumulators } = machine;
  const elements = array.rows * array.columns;
  const accumulatorBytes = (array.columns * accumulators.entriesPerColumn * accumulators.bits) / 8;
  const sramBytes = bufferBytes(machine) + accumulatorBytes;
  const milliwatts =
    sramBytes * toNumber(table.leakage.sram.amount) +
    elements * toNumber(table.leakage.multiplier.amount) * multiplierScale(table.multiplier.bits, array) +
    elements * toNumber(table.leakage.adder.amount) * (accumulators.bits / table.adder.bits) +
    (registerBits(machine) / 8) * toNumber(table.leakage.register.amount);
  const parts = `${capacityText(sramBytes)} of SRAM, ${elements} MACs and their registers`;
  return derived(milliwatts, `${parts}; ${table.leakage.source}`, table.leakage);
}

/** Register bits of the array: weights, activations and partial sums. An operand's register holds it in all lanes. */
function registerBits({ array, accumulators }: Uncosted): number {
  const { rows, columns } = array;
  const systolic = array.kind === 'systolic';
  const copies = array.pingPongWeights ? 2 : 1;
  const [weightCopies, activationCopies] = array.dataflow === 'is' ? [1, copies] : [copies, 1];
  const weights = rows * columns * weightCopies * heldBits('weightBits', array);
  const activations = rows * (systolic ? columns : 1) * activationCopies * heldBits('activationBits', array);
  const sums = columns * (systolic ? rows : array.pipelineStages) * accumulators.bits;
  return weights + activations + sums;
}

function heldBits(operand: 'activationBits' | 'weightBits', array: Uncosted['array']): number {
  const packed = (array.packedLanes ?? []).map((entry) => entry.lanes * entry[operand]);
  return Math.max(array[operand], ...packed);
}

function capacityText(bytes: number): string {
  return bytes % 1024 === 0 ? `${bytes / 1024} KiB` : `${bytes} B`;
}

/** A figure computed here, to the six digits that are worth printing; no source in this field has more than three. */
function derived(value: number, source: string, ...parts: readonly Provenance[]): Sourced {
  return { value: Number(value.toPrecision(6)), source, ...verifiedIf(parts) };
}

function sourced(quantity: Quantity, provenance: Provenance): Sourced {
  return { value: toNumber(quantity.amount), source: provenance.source, ...verifiedIf([provenance]) };
}

/** What a block of a table says of its figures. */
interface Provenance {
  readonly source: string;
  readonly verified?: boolean | undefined;
}

/** A cost is as good as the worst of its parts: not verified, nothing said, verified. */
function verifiedIf(parts: readonly Provenance[]): { readonly verified?: boolean } {
  if (parts.some(({ verified }) => verified === false)) return { verified: false };
  return parts.every(({ verified }) => verified === true) ? { verified: true } : {};
}
