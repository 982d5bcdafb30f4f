import { NOWHERE, type AddressRuns } from '../../hw/components/addresses.js';
import type { ChannelTile, Part, WeightBlock } from '../../lower/program/step.js';
import { lengthOf } from '../../lower/space/interval.js';
import type { ArrayWorkload } from '../../lower/workload/workload.js';
import { channelIndex, channelsOf, type OutputChannel } from './array-places.js';
import { blockTerms } from './block-terms.js';

type Weights = Extract<Part, { readonly of: 'weights' }>;

/** Weights in a buffer: output channels, taps and input channels, the last innermost. In bytes, or in bits where they are packed. */
export interface StoredWeights {
  readonly part: Weights;
  readonly address: number;
  readonly elementSize: number;
  /** From an output channel to the next. */
  readonly rowSize: number;
}

/** Where the weights of a block are: terms counted from the first of the block. */
export class WeightAddresses {
  readonly #stored: StoredWeights;
  readonly #channels: ChannelTile;
  readonly #terms: Int32Array;

  constructor(stored: StoredWeights, block: WeightBlock, workload: ArrayWorkload) {
    const { part, elementSize } = stored;
    const { tap, channel } = blockTerms(block, workload);
    const depth = lengthOf(part.inputChannels);
    this.#stored = stored;
    this.#channels = block.channels;
    this.#terms = tap.map(
      (each, term) => (each * depth + channel[term]! - part.inputChannels.start) * elementSize,
    );
  }

  /** By outputs: the terms of their group. */
  byOutputs(): AddressRuns {
    const { elementSize } = this.#stored;
    const terms = this.#terms;
    const firsts = [...terms.keys()].filter(
      (term) => term === 0 || terms[term] !== terms[term - 1]! + elementSize,
    );
    const outputs = channelsOf(this.#channels);
    const starts = new Int32Array(outputs.length * firsts.length);
    for (let output = 0, at = 0; output < outputs.length; output += 1) {
      const row = this.#rowOf(outputs[output]!);
      for (let run = 0; run < firsts.length; run += 1, at += 1) starts[at] = row + terms[firsts[run]!]!;
    }
    const lengths = firsts.map((first, run) => (firsts[run + 1] ?? terms.length) - first);
    return { starts, lengths: Int32Array.from(lengths), step: elementSize };
  }

  /** By terms of each group in turn: the outputs of all groups, nowhere those of others. */
  byTerms(): AddressRuns {
    const { groups, outputChannels } = this.#channels;
    const [count, depth] = [lengthOf(groups), this.#terms.length];
    const starts = new Int32Array(count * depth * count).fill(NOWHERE);
    for (let group = 0; group < count; group += 1) {
      const row = this.#rowOf({ group: groups.start + group, channel: outputChannels.start });
      for (let term = 0; term < depth; term += 1) {
        starts[(group * depth + term) * count + group] = row + this.#terms[term]!;
      }
    }
    const lengths = new Int32Array(count).fill(lengthOf(outputChannels));
    return { starts, lengths, step: this.#stored.rowSize };
  }

  /** What terms are counted from, for an output channel. */
  #rowOf(output: OutputChannel): number {
    const { part, address, rowSize } = this.#stored;
    return address + channelIndex(part.channels, output) * rowSize;
  }
}
