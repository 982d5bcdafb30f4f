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

/**
 * Ways to cut the channels that come to the same work on the array: the same blocks and folds, counted. Of most, nobody asks more than
 * what they take at least.
 */
export class ChannelChoice {
  readonly #outputs: OutputGroup;
  readonly #inputs: InputGroup;
  #cuts: readonly ChannelCut[] | null = null;
  #least: LeastTile | null = null;

  constructor(outputs: OutputGroup, inputs: InputGroup) {
    this.#outputs = outputs;
    this.#inputs = inputs;
  }

  get blocks(): CountedBlocks {
    const { blocks, packing } = this.#outputs;
    return { blocks, folds: this.#inputs.folds, packing };
  }

  get packing(): Packing {
    return this.#outputs.packing;
  }

  /** Outputs of a group in a column block at most. */
  get blockOutputs(): number {
    return this.#outputs.blockOutputs;
  }

  /** Whether sums run over several tiles of input channels. */
  get interrupts(): boolean {
    return this.#inputs.interrupts;
  }

  get cuts(): readonly ChannelCut[] {
    this.#cuts ??= this.#outputs.cuts.flatMap((cut) =>
      this.#inputs.axes.map((inputs) => ({ ...cut, inputs })),
    );
    return this.#cuts;
  }

  /** No cut has less of any of these. */
  get least(): LeastTile {
    this.#least ??= leastTile(this.#outputs, this.#inputs.axes);
    return this.#least;
  }
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
  const inputAxes = Array.from(tileSizes(shape.inputChannels, depthQuantum(shape, array)), (size) =>
    axisOf(shape.inputChannels, size),
  );
  // Packings are the same for all tiles of inputs, but of groups that share the array, or where all terms pass at a time.
  const isAlike = shape.groups === 1 && array.dataflow !== 'os';
  const axesOfAlike = isAlike ? [inputAxes] : inputAxes.map((inputs) => [inputs]);
  const work = new NamedWork(shape);
  return axesOfAlike.flatMap((inputs) => {
    const byRows = new Map<number, InputGroup[]>();
    return outputGroups(shape, inputs[0]!, work, accelerator).flatMap((outputs) => {
      const { rows } = outputs.packing;
      const groups = remembered(byRows, rows, () => inputGroups(inputs, rows, work));
      return groups.map((each) => new ChannelChoice(outputs, each));
    });
  });
}

/** Tiles of outputs, with a packing, that make the same blocks. */
interface OutputGroup {
  readonly packing: Packing;
  readonly blockOutputs: number;
  readonly blocks: CountedBlocks['blocks'];
  readonly cuts: Pick<ChannelCut, 'groups' | 'outputs'>[];
}

function outputGroups(
  shape: ArrayWorkload,
  { size: inputChannels }: ChannelAxis,
  work: NamedWork,
  accelerator: Accelerator,
): OutputGroup[] {
  const { array } = accelerator;
  const lanes = lanesFor(shape, array);
  const found = new Map<string, OutputGroup>();
  for (const tile of outputExtents(shape, array)) {
    const blockOutputs = Math.min(tile.outputChannels, mostBlockOutputs(accelerator));
    const cut = {
      groups: axisOf(shape.groups, tile.groups),
      outputs: axisOf(shape.outputChannels, tile.outputChannels),
    };
    for (const packing of packings(shape, { ...tile, inputChannels }, array, lanes)) {
      const { is: blocks, name } = work.blocks(tile, blockOutputs, packing);
      const key = `${name}|${packing.groups} ${blockOutputs}`;
      remembered(found, key, () => ({ blocks, packing, blockOutputs, cuts: [] })).cuts.push(cut);
    }
  }
  return [...found.values()];
}

/** Tiles of inputs that make the same folds. */
interface InputGroup {
  readonly interrupts: boolean;
  readonly folds: CountedBlocks['folds'];
  readonly axes: ChannelAxis[];
}

function inputGroups(inputs: readonly ChannelAxis[], rows: number, work: NamedWork): InputGroup[] {
  const found = new Map<string, InputGroup>();
  for (const axis of inputs) {
    const { is: folds, name } = work.folds(axis.size, rows);
    const interrupts = axis.count > 1;
    remembered(found, `${name} ${interrupts}`, () => ({ folds, interrupts, axes: [] })).axes.push(axis);
  }
  return [...found.values()];
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

function least<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((fewest, item) => Math.min(fewest, of(item)), Infinity);
}

function leastTile({ cuts, packing, blockOutputs }: OutputGroup, axes: readonly ChannelAxis[]): LeastTile {
  const inputs = least(axes, ({ size }) => size);
  return {
    outputTiles: least(cuts, ({ groups, outputs }) => groups.count * outputs.count),
    outputs: least(cuts, ({ groups, outputs }) => groups.size * outputs.size),
    inputs,
    activations: least(cuts, ({ groups }) => groups.size) * inputs,
    lastOutputs: least(cuts, ({ groups, outputs }) => groups.last * outputs.last),
    lastBlock: least(cuts, (cut) => lastBlockOutputs(cut, packing, blockOutputs)),
  };
}

function nameOfFolds(folds: CountedBlocks['folds'][number]): string {
  return folds.map(({ depth, count, accumulates }) => `${depth} ${count} ${accumulates}`).join();
}

/** Output channels of the last column block of the last tile. */
export function lastBlockOutputs(
  { groups, outputs }: Pick<ChannelCut, 'groups' | 'outputs'>,
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
