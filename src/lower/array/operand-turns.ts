import type { Accelerator } from '../../hw/accelerator.js';
import type { Ends } from '../program/loops.js';
import { slotCount } from '../program/slots.js';
import { countOf } from '../space/counted.js';
import { countedInputPositions } from '../space/position-split.js';
import type { ArrayMapping } from './array-mapping.js';
import { activationTileCount, weightTileCount } from './tiling.js';

/** Where a tile is in the loops. */
export interface TileTurn {
  readonly outer: Ends;
  readonly inner: Ends;
  /** Among the tiles of output channels of its groups. */
  readonly outputs: Ends;
}

/** Whether a tile loads an operand, and whether it is the last to use what it finds in the slot before that is overwritten. */
export interface Use {
  readonly loads: boolean;
  readonly frees: boolean;
}

export const NO_USE: Use = { loads: false, frees: false };

/** Which tiles load an operand: as `Slots` decide, in a word for each loop, as tiles are gone through in the same order again and again. */
export interface OperandTurns {
  readonly slots: number;
  readonly useOf: (turn: TileTurn) => Use;
}

export interface ArrayTurns {
  readonly weights: OperandTurns;
  readonly activations: OperandTurns;
  readonly biases: OperandTurns;
}

export function arrayTurns(
  mapping: ArrayMapping,
  { activationBuffer, weightBuffer }: Accelerator,
): ArrayTurns {
  const { activations, weights, outerLoop } = mapping;
  const weightsOuter = outerLoop === 'weights';
  const weightTiles = weightTileCount(weights);
  const activationTiles = activationTileCount(activations);
  const channelTiles = weights.groups.length * weights.outputChannels.length;
  const positionTiles = countOf(countedInputPositions(activations.positions));
  const weightSlots = slotCount(weightBuffer.pingPong, weightTiles);
  const inputsInTurn = (weightsOuter ? positionTiles : 1) * activations.inputChannels.length;
  // Weights and biases are gone through for each tile of positions: those of one tile of channels, or all.
  const weightTurn = weightsOuter ? innerEnds : outerStart;
  return {
    weights: turnsOf(
      weightTiles,
      weightsOuter ? weights.inputChannels.length : weightTiles,
      weightSlots,
      weightTurn,
    ),
    activations: turnsOf(
      activationTiles,
      inputsInTurn,
      slotCount(activationBuffer.pingPong, activationTiles),
      ({ outputs }) => ({ loads: outputs.first, frees: outputs.last }),
    ),
    biases: turnsOf(channelTiles, weightsOuter ? 1 : channelTiles, weightSlots, weightTurn),
  };
}

/**
 * @param tiles of the operand
 * @param tilesInTurn those that are gone through before one of them comes again
 * @param stays how it is used where the slots hold all of these
 */
function turnsOf(
  tiles: number,
  tilesInTurn: number,
  slots: number,
  stays: OperandTurns['useOf'],
): OperandTurns {
  if (tiles === 1) return { slots, useOf: veryFirst };
  return { slots, useOf: tilesInTurn <= slots ? stays : () => ({ loads: true, frees: true }) };
}

function veryFirst({ outer, inner }: TileTurn): Use {
  return { loads: outer.first && inner.first, frees: false };
}

function innerEnds({ inner }: TileTurn): Use {
  return { loads: inner.first, frees: inner.last };
}

function outerStart({ outer }: TileTurn): Use {
  return { loads: outer.first, frees: false };
}

/** The use at one tile of input channels. An operand that is not cut along these is loaded before the first and free after the last. */
export function useAt({ loads, frees }: Use, isCut: boolean, { first, last }: Ends): Use {
  return { loads: loads && (isCut || first), frees: frees && (isCut || last) };
}

/** The use in a round of several. */
export function useIn({ loads, frees }: Use, { first, last }: Ends): Use {
  return { loads: loads && first, frees: frees && last };
}
