import type { Accelerator, MacArray } from '../../hw/accelerator.js';
import { lanesFor } from '../../hw/operand-mode.js';
import { remembered } from '../../core/remembered.js';
import { lastPieceLength, tileSizes } from '../space/interval.js';
import { phasesOf, type Phase } from '../space/phases.js';
import type { ArrayShape, ArrayWorkload } from '../workload/workload.js';
import { mostBlockOutputs } from './accumulator-use.js';
import { countedBlocks, countedFolds, type BlockTile, type CountedBlocks } from './array-chip-work.js';
import { groupsAcross, packings, termRows, type Packing } from './packing.js';
import type { ChannelExtents } from './tiling.js';

/** Ways to cut the channels that come to the same work on the array: the same blocks and folds, counted. */
export interface ChannelChoice {
  readonly blocks: CountedBlocks;
  readonly packing: Packing;
  /** Outputs of a group in a column block at most. */
  readonly blockOutputs: number;
  /** Whether sums run over several tiles of input channels. */
  readonly interrupts: boolean;
  readonly cuts: readonly ChannelCut[];
  /** No cut has less of any of these. */
  readonly least: LeastTile;
}

/** Channels of the tiles of cuts, at least. */
export interface LeastTile {
  /** Tiles of output channels, all groups together. */
  readonly outputTiles: number;
  /** Output channels of a first tile and their weights of a group each have so many inputs. */
  readonly outputs: number;
  readonly inputs: number;
  /** Input channels of a first tile, all its groups together. */
  readonly activations: number;
  /** Output channels of a last tile, and of its last column block. */
  readonly lastOutputs: number;
  readonly lastBlock: number;
}

/** Channels of a full tile along a loop, tiles, and channels of the last. */
export interface ChannelAxis {
  readonly size: number;
  readonly count: number;
  readonly last: number;
}

/** The channels in tiles. */
export interface ChannelCut {
  readonly groups: ChannelAxis;
  readonly outputs: ChannelAxis;
  readonly inputs: ChannelAxis;
}

export function axisOf(extent: number, size: number): ChannelAxis {
  const count = Math.ceil(extent / size);
  return { size, count, last: extent - (count - 1) * size };
}

export function extentsOf({ groups, outputs, inputs }: ChannelCut): ChannelExtents {
  return { groups: groups.size, outputChannels: outputs.size, inputChannels: inputs.size };
}

/** All channels in one tile. */
export function wholeChannelCut({ groups, outputChannels, inputChannels }: ArrayShape): ChannelCut {
  return {
    groups: axisOf(groups, groups),
    outputs: axisOf(outputChannels, outputChannels),
    inputs: axisOf(inputChannels, inputChannels),
  };
}

/** Every way to cut the channels: tiles of outputs x tiles of inputs x packings. */
export function channelChoices(shape: ArrayWorkload, accelerator: Accelerator): ChannelChoice[] {
  const { array } = accelerator;
  const lanes = lanesFor(shape, array);
  const work = new NamedWork(shape);
  const choices = new Map<string, OpenChoice>();
  const inputAxes = Array.from(tileSizes(shape.inputChannels, depthQuantum(shape, array)), (size) =>
    axisOf(shape.inputChannels, size),
  );
  for (const tile of outputExtents(shape, array)) {
    const blockOutputs = Math.min(tile.outputChannels, mostBlockOutputs(accelerator));
    const groups = axisOf(shape.groups, tile.groups);
    const outputs = axisOf(shape.outputChannels, tile.outputChannels);
    for (const inputs of inputAxes) {
      for (const packing of packings(shape, { ...tile, inputChannels: inputs.size }, array, lanes)) {
        const blocks = work.blocks(tile, blockOutputs, packing);
        const folds = work.folds(inputs.size, packing.rows);
        const interrupts = inputs.count > 1;
        const key = `${blocks.name}|${folds.name}|${packing.groups} ${blockOutputs} ${interrupts}`;
        const choice = choices.get(key) ?? {
          blocks: { blocks: blocks.is, folds: folds.is, packing },
          packing,
          blockOutputs,
          interrupts,
          cuts: [],
        };
        choice.cuts.push({ groups, outputs, inputs });
        choices.set(key, choice);
      }
    }
  }
  return Array.from(choices.values(), (choice) => ({ ...choice, least: leastTile(choice) }));
}

/** A choice whose cuts are still gathered. */
interface OpenChoice extends Omit<ChannelChoice, 'least'> {
  readonly cuts: ChannelCut[];
}

/** Something with a name that only its equals have. */
interface Named<T> {
  readonly is: T;
  readonly name: string;
}

/** Blocks and folds by what they follow from, each worked out once. */
class NamedWork {
  readonly #shape: ArrayShape;
  readonly #phases: readonly Phase[];
  readonly #blocks = new Map<string, Named<CountedBlocks['blocks']>>();
  readonly #folds = new Map<string, Named<CountedBlocks['folds']>>();

  constructor(shape: ArrayShape) {
    this.#shape = shape;
    this.#phases = phasesOf(shape);
  }

  blocks(tile: BlockTile, blockOutputs: number, packing: Packing): Named<CountedBlocks['blocks']> {
    return remembered(this.#blocks, `${tile.groups} ${tile.outputChannels} ${packing.groups}`, () => {
      const blocks = countedBlocks(this.#shape, tile, blockOutputs, packing);
      return {
        is: blocks,
        name: blocks.map((each) => `${each.groups} ${each.outputs} ${each.count}`).join(),
      };
    });
  }

  folds(tileInputs: number, rows: number): Named<CountedBlocks['folds']> {
    return remembered(this.#folds, `${tileInputs} ${rows}`, () => {
      const { inputChannels } = this.#shape;
      const folds = this.#phases.map((phase) => countedFolds(phase, inputChannels, tileInputs, rows));
      return { is: folds, name: folds.map(nameOfFolds).join(';') };
    });
  }
}

function leastTile({ cuts, packing, blockOutputs }: OpenChoice): LeastTile {
  const least = (of: (cut: ChannelCut) => number): number =>
    cuts.reduce((fewest, cut) => Math.min(fewest, of(cut)), Infinity);
  return {
    outputTiles: least(({ groups, outputs }) => groups.count * outputs.count),
    outputs: least(({ groups, outputs }) => groups.size * outputs.size),
    inputs: least(({ inputs }) => inputs.size),
    activations: least(({ groups, inputs }) => groups.size * inputs.size),
    lastOutputs: least(({ groups, outputs }) => groups.last * outputs.last),
    lastBlock: least((cut) => lastBlockOutputs(cut, packing, blockOutputs)),
  };
}

function nameOfFolds(folds: CountedBlocks['folds'][number]): string {
  return folds.map(({ depth, count, accumulates }) => `${depth} ${count} ${accumulates}`).join();
}

/** Output channels of the last column block of the last tile. */
export function lastBlockOutputs(
  { groups, outputs }: ChannelCut,
  packing: Packing,
  blockOutputs: number,
): number {
  return lastPieceLength(groups.last, packing.groups) * lastPieceLength(outputs.last, blockOutputs);
}

/** Tiles of output channels: some groups with all their outputs, or some outputs of one group. */
function outputExtents(shape: ArrayShape, array: MacArray): BlockTile[] {
  const { groups, outputChannels } = shape;
  const packed = groupsAcross(array, outputChannels);
  const block = array.dataflow === 'is' ? 1 : array.columns;
  return [
    ...Array.from(tileSizes(groups, packed), (size) => ({ groups: size, outputChannels })),
    ...Array.from(tileSizes(outputChannels, block), (size) => ({ groups: 1, outputChannels: size })).slice(1),
  ];
}

/** The fewest input channels whose taps fill whole folds of the array; where sums stay, there are none to fill. */
function depthQuantum(workload: ArrayWorkload, array: MacArray): number {
  const { rows, columns, inputChannels } = workload;
  if (array.dataflow === 'os') return 1;
  const taps = rows.kernel * columns.kernel;
  const foldRows = termRows(array, lanesFor(workload, array));
  return Math.min(foldRows / greatestCommonDivisor(foldRows, taps), inputChannels);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
