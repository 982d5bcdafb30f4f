import type { Interval } from '../space/interval.js';
import type { Phase } from '../space/phases.js';
import type { PositionTile } from '../space/position-split.js';
import type { Work } from './work.js';

/**
 * Memories whose content is made by one unit and used by another, `outputSum`: the part of the output buffer where sums
 * wait, a slot for each round of the tiles of an output slot; and whole tensors that outlive the layer.
 */
export type Memory =
  | 'activation'
  | 'weight'
  | 'bias'
  | 'register'
  | 'accumulator'
  | 'output'
  | 'outputSum'
  | ResidentMemory;

/** A tensor that is on chip before the layer begins, or its result that stays there. */
export type ResidentMemory = 'residentInput' | 'residentWeight' | 'residentBias' | 'residentOutput';

/** One slot of a memory: what is overwritten and waited for as a whole. */
export type Place = `${Memory}${number}`;

/** Output channels of each of some groups. */
export interface ChannelTile {
  readonly groups: Interval;
  /** Within each group. */
  readonly outputChannels: Interval;
}

/**
 * One block of weights: the rows of the array are `depth` of the summed dimension for each group in turn, the columns the
 * output channels of each group in turn. The summed dimension of a phase runs over its taps, and within a tap over
 * `inputChannels`: index = tap · channels + channel.
 */
export interface WeightBlock {
  readonly channels: ChannelTile;
  readonly phase: Phase;
  readonly inputChannels: Interval;
  readonly depth: Interval;
}

/** The part of a layer that an instruction works on. */
export type Part =
  | {
      readonly of: 'activations';
      readonly positions: PositionTile;
      readonly groups: Interval;
      readonly inputChannels: Interval;
    }
  | { readonly of: 'weights'; readonly channels: ChannelTile; readonly inputChannels: Interval }
  | { readonly of: 'biases'; readonly channels: ChannelTile }
  | { readonly of: 'parameters' }
  | { readonly of: 'block'; readonly block: WeightBlock }
  | {
      readonly of: 'products';
      readonly positions: PositionTile;
      /** Of the positions that are in the block's phase, columns fastest, those that pass. */
      readonly run: Interval;
      readonly block: WeightBlock;
    }
  /** Partial sums of these outputs. */
  | { readonly of: 'sums'; readonly positions: PositionTile; readonly channels: ChannelTile }
  | { readonly of: 'outputs'; readonly positions: PositionTile; readonly channels: ChannelTile };

/** An instruction with what it works on and which memory slots it reads and (over)writes. */
export interface Step {
  readonly work: Work;
  readonly part: Part;
  readonly reads: readonly Place[];
  readonly writes: readonly Place[];
}
