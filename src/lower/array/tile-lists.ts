import { remembered } from '../../core/remembered.js';
import type { Accelerator } from '../../hw/accelerator.js';
import { BOTH_ENDS, inOrder, loop, positionLoop, type Ends } from '../program/loops.js';
import { slotCount } from '../program/slots.js';
import { listed, type Token, type UnitLists } from '../program/unit-lists.js';
import { phasesOf } from '../space/phases.js';
import { positionCount, type PositionTile } from '../space/position-split.js';
import { each, once, pieces, type Repeated } from '../space/repeated.js';
import { lengthKinds, pieceKinds, type AxisKinds } from '../space/tile-kinds.js';
import { lengthOf, type Interval } from '../space/interval.js';
import { residencyOf, type ArrayWorkload } from '../workload/workload.js';
import { roundCount, type ArrayBlocking } from './array-mapping.js';
import { requantizeWork, sumsWork } from './array-work.js';
import { useAt, useIn, type Use } from './operand-turns.js';
import { PassLists, type BlockKinds, type Visit } from './pass-lists.js';
import { spilledLists, type RoundSums } from './spilled-lists.js';
import { interruptsSums } from './tiling.js';

/** What makes a difference of a tile of outputs. */
export interface TileKind {
  readonly positions: PositionTile;
  /** Input positions that it reads. */
  readonly inputs: number;
  /** Channels: groups, and outputs of each. */
  readonly groups: number;
  readonly outputs: number;
}

/** How a tile uses its operands. */
export interface TileUses {
  readonly weights: Use;
  readonly activations: Use;
  readonly biases: Use;
  /** Operands that are loaded in tiles of input channels. */
  readonly cut: { readonly weights: boolean; readonly activations: boolean };
}

/** Positions and channels of which the sums leave the accumulators together. */
export type RoundKind = Omit<TileKind, 'inputs'>;

/** What happens on the chip in a tile: the passes through the array, and the ways of their sums. Tiles that are alike are made once. */
export class TileLists {
  readonly #workload: ArrayWorkload;
  readonly #blocking: ArrayBlocking;
  readonly #accelerator: Accelerator;
  readonly #passes: PassLists;
  readonly #inputChannels: readonly Repeated<number>[];
  readonly #hasTwoHalves: boolean;
  readonly #known = new Map<string, UnitLists>();

  /** @param passes of the phases of the workload with the packing of the blocking */
  constructor(
    workload: ArrayWorkload,
    blocking: ArrayBlocking,
    accelerator: Accelerator,
    passes: PassLists = new PassLists(phasesOf(workload), blocking.packing, accelerator),
  ) {
    this.#workload = workload;
    this.#blocking = blocking;
    this.#accelerator = accelerator;
    this.#passes = passes;
    this.#inputChannels = lengthKinds(blocking.tiling.inputChannels);
    this.#hasTwoHalves = slotCount(accelerator.accumulators.pingPong, roundCount(blocking)) === 2;
  }

  of(tile: TileKind, uses: TileUses): UnitLists {
    const { groups, outputs, positions } = tile;
    const key = `${groups} ${outputs} ${usesKey(uses)} ${positionsKey(positions)}`;
    return remembered(this.#known, key, () => this.#new(tile, uses));
  }

  #new(tile: TileKind, uses: TileUses): UnitLists {
    if (this.#blocking.spills) return this.#spilledRounds(tile, uses);
    return interruptsSums(this.#blocking.tiling) ? this.#onlyRound(tile, uses) : this.#rounds(tile, uses);
  }

  /** Rounds of a column block and a strip. */
  #rounds(tile: TileKind, uses: TileUses): UnitLists {
    const [{ kind: inputChannels }] = this.#inputChannels as [Repeated<number>];
    return this.#roundLoop(tile, (round, ends) =>
      inOrder([
        once(
          this.#passes.of({
            ...visited(round),
            inputChannels,
            weights: useIn(uses.weights, ends),
            activations: useIn(uses.activations, ends),
            sumsTake: ['sumsFree'],
            completes: true,
          }),
        ),
        once(this.#requantize(round, uses, BOTH_ENDS, ends)),
      ]),
    );
  }

  /** A round that goes on over all tiles of input channels. */
  #onlyRound(tile: TileKind, uses: TileUses): UnitLists {
    const { positions } = tile;
    const blocks = this.#blocks(tile);
    const passes = loop(this.#inputChannels, BOTH_ENDS, (inputChannels, depth) =>
      this.#passes.of({
        positions,
        blocks,
        inputChannels,
        ...this.#operandUses(uses, depth),
        sumsTake: depth.first ? ['sumsFree'] : [],
        completes: depth.last,
      }),
    );
    const results = loop(blocks.groups, BOTH_ENDS, (groups, ends) =>
      loop(blocks.outputs, ends, (outputs, ends) =>
        this.#requantize({ positions, groups, outputs }, uses, ends, ends),
      ),
    );
    return inOrder([once(passes), once(results)]);
  }

  /** Rounds that come again for each tile of input channels. */
  #spilledRounds(tile: TileKind, uses: TileUses): UnitLists {
    const rounds = this.#sumsOfRounds(tile, uses);
    const sums = spilledLists(
      rounds,
      this.#blocking.tiling.inputChannels.length,
      this.#hasTwoHalves && rounds.length > 1,
    );
    const passes = loop(this.#inputChannels, BOTH_ENDS, (inputChannels, depth) => {
      const operands = this.#operandUses(uses, depth);
      return this.#roundLoop(tile, (round, ends) =>
        this.#passes.of({
          ...visited(round),
          inputChannels,
          weights: useIn(operands.weights, ends),
          activations: useIn(operands.activations, ends),
          sumsTake: depth.first ? ['sumsFree'] : ['sumsFree', 'sumsRestored'],
          completes: true,
        }),
      );
    });
    return inOrder([once(passes), once(sums)]);
  }

  /** What becomes of the sums of each round of a tile. */
  #sumsOfRounds(tile: TileKind, uses: TileUses): RoundSums[] {
    const known = new Map<string, RoundSums>();
    const { images, rows, columns } = this.#strips(tile.positions);
    const strips = each(images).flatMap((images) =>
      each(rows).flatMap((rows) => each(columns).map((columns) => ({ images, rows, columns }))),
    );
    const { groups, outputs } = this.#blocks(tile);
    const rounds = each(groups).flatMap((groups) =>
      each(outputs).flatMap((outputs) => strips.map((positions) => ({ positions, groups, outputs }))),
    );
    return rounds.map((round, index) => {
      const ends = { first: index === 0, last: index === rounds.length - 1 };
      const elements = sumCount(round);
      return remembered(known, `${elements} ${ends.first} ${ends.last}`, () => ({
        spill: this.#leave('spill', elements, ['sumsComplete'], ['sumsFree']),
        restore: this.#leave('restore', elements, [], ['sumsRestored']),
        requantize: this.#requantize(round, uses, BOTH_ENDS, ends),
      }));
    });
  }

  #leave(
    kind: 'spill' | 'restore',
    elements: number,
    takes: readonly Token[],
    gives: readonly Token[],
  ): UnitLists {
    return listed(sumsWork(kind, elements, this.#accelerator), takes, gives, this.#accelerator);
  }

  #operandUses(uses: TileUses, depth: Ends): Pick<Visit, 'weights' | 'activations'> {
    return {
      weights: useAt(uses.weights, uses.cut.weights, depth),
      activations: useAt(uses.activations, uses.cut.activations, depth),
    };
  }

  #blocks({ groups, outputs }: RoundKind): BlockKinds {
    const { packing, blockOutputs } = this.#blocking;
    return { groups: pieces(groups, packing.groups), outputs: pieces(outputs, blockOutputs) };
  }

  #strips({ images, rows, columns }: PositionTile): AxisKinds<Interval> {
    const { strip } = this.#blocking;
    const { rowPeriod, columnPeriod } = phasesOf(this.#workload)[0]!;
    return {
      images: pieceKinds(images, strip.images, 1),
      rows: pieceKinds(rows, strip.rows, rowPeriod),
      columns: pieceKinds(columns, strip.columns, columnPeriod),
    };
  }

  #roundLoop(tile: TileKind, body: (round: RoundKind, ends: Ends) => UnitLists): UnitLists {
    const blocks = this.#blocks(tile);
    const strips = this.#strips(tile.positions);
    return loop(blocks.groups, BOTH_ENDS, (groups, ends) =>
      loop(blocks.outputs, ends, (outputs, ends) =>
        positionLoop(strips, ends, (positions, ends) => body({ positions, groups, outputs }, ends)),
      ),
    );
  }

  /**
   * @param round ends of the blocks that leave the accumulators together
   * @param tile ends of the blocks of the tile
   */
  #requantize(block: RoundKind, uses: TileUses, round: Ends, tile: Ends): UnitLists {
    const takes: Token[] = [];
    const gives: Token[] = [];
    if (round.first) takes.push('sumsComplete');
    if (round.last) gives.push('sumsFree');
    if (tile.first && uses.biases.loads) takes.push('biasesLoaded');
    if (tile.last && uses.biases.frees) gives.push('biasesFree');
    if (!residencyOf(this.#workload).output) {
      if (tile.first) takes.push('outputsFree');
      if (tile.last) gives.push('outputsComplete');
    }
    const work = requantizeWork(sumCount(block), this.#workload.outputBytes);
    return listed(work, takes, gives, this.#accelerator);
  }
}

/** Tells uses apart. */
export function usesKey({ weights, activations, biases, cut }: TileUses): number {
  const [ofWeights, ofActivations, ofBiases] = [useKey(weights), useKey(activations), useKey(biases)];
  const ofCut = Number(cut.weights) + 2 * Number(cut.activations);
  return ofWeights + 4 * ofActivations + 16 * ofBiases + 64 * ofCut;
}

function useKey({ loads, frees }: Use): number {
  return Number(loads) + 2 * Number(frees);
}

function positionsKey({ images, rows, columns }: PositionTile): string {
  return `${lengthOf(images)} ${rows.start} ${rows.end} ${columns.start} ${columns.end}`;
}

function visited({ positions, groups, outputs }: RoundKind): Pick<Visit, 'positions' | 'blocks'> {
  return { positions, blocks: { groups: [once(groups)], outputs: [once(outputs)] } };
}

function sumCount({ positions, groups, outputs }: RoundKind): number {
  return positionCount(positions) * groups * outputs;
}
