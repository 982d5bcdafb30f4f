import type { Accelerator } from '../../src/hw/accelerator.js';
import type { ChannelTile, Part, Place, Step, WeightBlock } from '../../src/lower/program/step.js';
import type { Interval } from '../../src/lower/space/interval.js';
import type { PositionTile } from '../../src/lower/space/position-split.js';
import type { ArrayWorkload } from '../../src/lower/workload/workload.js';
import { inputsOf, positionsIn, tapsAt } from './axis-taps.js';

const length = ({ start, end }: Interval): number => end - start;
const whole = (extent: number): Interval => ({ start: 0, end: extent });
const contains = (outer: Interval, inner: Interval): boolean =>
  outer.start <= inner.start && inner.end <= outer.end;
const channelsOf = (tile: ChannelTile): number => length(tile.groups) * length(tile.outputChannels);
const sizeOf = (tile: PositionTile): number => length(tile.images) * length(tile.rows) * length(tile.columns);
const keyOf = (positions: PositionTile, channels: ChannelTile): string =>
  JSON.stringify([positions, channels]);

type Products = Extract<Part, { of: 'products' }>;

/** Sums in the accumulators of some positions and channels: the products in them. */
interface Sums {
  products: number;
}

/** What is in the accumulators, and which entries of a column that takes. */
interface Content {
  readonly regions: Map<string, Sums>;
  readonly taken: Map<string, number>;
  drained: boolean;
}

/** Sums that wait in the output buffer. */
interface Waiting {
  readonly part: Part;
  readonly content: Content;
  readonly bytes: number;
}

/**
 * Runs the steps of an array workload on the contents of its memories, in program order, and notes what is wrong: a load
 * of another size than its region, an operand that is not where it is read, sums that are incomplete, a memory that
 * overflows.
 */
export class MemoryReplay {
  readonly problems: string[] = [];
  readonly #workload: ArrayWorkload;
  readonly #accelerator: Accelerator;
  readonly #slots: ReadonlyMap<string, number>;
  readonly #contents = new Map<Place, Part>();
  readonly #sums = new Map<Place, Content>();
  readonly #outputs = new Map<Place, { bytes: number; stored: boolean }>();
  readonly #waiting = new Map<Place, Waiting>();
  /** Room that the sums of the tile have taken in the output buffer, by place. */
  readonly #sumRoom = new Map<Place, number>();
  /** Sums that wait in the array to be shifted out. */
  #inArray: { readonly macs: number; readonly part: Products } | null = null;
  readonly #largest = { weight: 0, bias: 0 };

  constructor(workload: ArrayWorkload, accelerator: Accelerator, steps: readonly Step[]) {
    this.#workload = workload;
    this.#accelerator = accelerator;
    const places = new Set(steps.flatMap(({ reads, writes }) => [...reads, ...writes]));
    const slots = new Map<string, number>();
    for (const place of places) {
      const memory = place.replace(/\d+$/, '');
      slots.set(memory, (slots.get(memory) ?? 0) + 1);
    }
    this.#slots = slots;
    this.#placeResidents();
    steps.forEach((step, index) => this.#step(step, `${index} ${step.work.kind}`));
    const { weightBuffer } = accelerator;
    const room = this.#room('weight', weightBuffer.capacityBytes, weightBuffer.pingPong);
    this.#expect(this.#largest.weight + this.#largest.bias <= room, 'weights and biases overflow');
  }

  /** What is on chip before the first step: whole tensors. */
  #placeResidents(): void {
    const { images, rows, columns, groups, inputChannels, outputChannels, residency } = this.#workload;
    const inputs = { groups: whole(groups), inputChannels: whole(inputChannels) };
    const channels = { groups: whole(groups), outputChannels: whole(outputChannels) };
    const positions = {
      images: whole(images),
      rows: whole(rows.outputExtent),
      columns: whole(columns.outputExtent),
    };
    if (residency?.inputs === 1)
      this.#contents.set('residentInput0', { of: 'activations', positions, ...inputs });
    if (residency?.weights !== true) return;
    this.#contents.set('residentWeight0', { of: 'weights', channels, inputChannels: inputs.inputChannels });
    this.#contents.set('residentBias0', { of: 'biases', channels });
  }

  #step({ work, part, reads, writes }: Step, where: string): void {
    switch (work.kind) {
      case 'loadActivations':
      case 'loadWeights':
      case 'loadBias':
        this.#load(work.bytes, part, writes[0]!, where);
        break;
      case 'preload':
        this.#preload(part, reads, writes[0]!, where);
        break;
      case 'stream':
        this.#stream(work.macs, work.accumulates, part, reads, writes[0], where);
        break;
      case 'drain':
        this.#drain(work.accumulates, part, writes[0]!, where);
        break;
      case 'spill':
        this.#spill(work, part, reads[0]!, writes[0]!, where);
        break;
      case 'restore':
        this.#restore(part, reads[0]!, writes[0]!, where);
        break;
      case 'requantize':
        this.#requantize(work.outputBytes, part, reads, writes[0]!, where);
        break;
      case 'store':
        this.#store(work.bytes, part, reads[0]!, where);
        break;
      case 'vector':
        this.#expect(false, `${where} in an array workload`);
    }
  }

  #load(bytes: number, part: Part, place: Place, where: string): void {
    const { activationBits, biasBytes, rows, columns } = this.#workload;
    const { capacityBytes, pingPong } = this.#accelerator.activationBuffer;
    if (part.of === 'activations') {
      const area =
        length(inputsOf(rows, part.positions.rows)) * length(inputsOf(columns, part.positions.columns));
      const channels = length(part.groups) * length(part.inputChannels);
      const size = length(part.positions.images) * area * channels * Math.ceil(activationBits / 8);
      this.#expect(bytes === size, `${where}: ${bytes} bytes, its region has ${size}`);
      this.#expect(bytes <= this.#room('activation', capacityBytes, pingPong), `${where} overflows`);
    } else if (part.of === 'weights') {
      const row = rows.kernel * columns.kernel * length(part.inputChannels);
      const size = channelsOf(part.channels) * Math.ceil((row * this.#weightBits()) / 8);
      this.#expect(bytes === size, `${where}: ${bytes} bytes, its tile has ${size}`);
      this.#largest.weight = Math.max(this.#largest.weight, bytes);
    } else if (part.of === 'biases') {
      this.#expect(bytes === channelsOf(part.channels) * biasBytes, `${where}: ${bytes} bytes`);
      this.#largest.bias = Math.max(this.#largest.bias, bytes);
    } else this.#expect(false, `${where} loads ${part.of}`);
    this.#contents.set(place, part);
  }

  /** Bits of a weight in its buffer: those of the most lanes that take the operands, or whole bytes. */
  #weightBits(): number {
    const { activationBits, weightBits } = this.#workload;
    let bits = 8 * Math.ceil(weightBits / 8);
    let most = 1;
    for (const each of this.#accelerator.array.packedLanes ?? []) {
      const isWideEnough = activationBits <= each.activationBits && weightBits <= each.weightBits;
      if (!isWideEnough || each.lanes < most || (each.lanes === most && each.weightBits > bits)) continue;
      most = each.lanes;
      bits = each.weightBits;
    }
    return bits;
  }

  #preload(part: Part, reads: readonly Place[], register: Place, where: string): void {
    const isThere =
      this.#accelerator.array.dataflow === 'is'
        ? part.of === 'products' && this.#hasInputs(part, reads[0])
        : part.of === 'block' && this.#hasWeights(part.block, reads[0]!);
    this.#expect(isThere, `${where}: its operand is not in ${reads[0]}`);
    this.#contents.set(register, part);
  }

  #hasWeights({ channels, inputChannels }: WeightBlock, place: Place): boolean {
    const weights = this.#contents.get(place);
    return (
      weights?.of === 'weights' &&
      contains(weights.channels.groups, channels.groups) &&
      contains(weights.channels.outputChannels, channels.outputChannels) &&
      contains(weights.inputChannels, inputChannels)
    );
  }

  #stream(
    macs: number,
    accumulates: boolean,
    part: Part,
    reads: readonly Place[],
    place: Place | undefined,
    where: string,
  ): void {
    if (part.of !== 'products') return this.#expect(false, `${where} works on ${part.of}`);
    this.#expect(this.#inArray === null, `${where}: sums that were not drained are in the array`);
    this.#expect(this.#hasBlock(part.block, reads[0]!), `${where}: another block is in ${reads[0]}`);
    const { dataflow, drain } = this.#accelerator.array;
    const hasInputs =
      dataflow === 'is' ? this.#contents.get(reads[1]!) === part : this.#hasInputs(part, reads[1]);
    this.#expect(hasInputs, `${where}: its inputs are not in ${reads[1]}`);
    this.#expect((place === undefined) === (drain === 'shift'), `${where}: its sums leave the wrong way`);
    if (place === undefined) this.#inArray = { macs, part };
    else this.#accumulate(macs, accumulates, part, place, where);
  }

  /** Whether weights that stay are in the registers, or weights that stream in the buffer. */
  #hasBlock(block: WeightBlock, place: Place): boolean {
    if (this.#accelerator.array.dataflow !== 'ws') return this.#hasWeights(block, place);
    const register = this.#contents.get(place);
    return register?.of === 'block' && JSON.stringify(register.block) === JSON.stringify(block);
  }

  #drain(accumulates: boolean, part: Part, place: Place, where: string): void {
    const sums = this.#inArray;
    this.#inArray = null;
    if (sums === null || sums.part !== part) return this.#expect(false, `${where}: its sums are not there`);
    this.#accumulate(sums.macs, accumulates, sums.part, place, where);
  }

  #accumulate(
    macs: number,
    accumulates: boolean,
    { positions, run, block }: Products,
    place: Place,
    where: string,
  ): void {
    const state = this.#sums.get(place);
    const { regions, taken } = state === undefined || state.drained ? this.#emptied(place) : state;
    const key = keyOf(positions, block.channels);
    const sums = regions.get(key) ?? { products: 0 };
    regions.set(key, sums);
    if (this.#accelerator.array.dataflow === 'is') {
      taken.set(`${key} ${JSON.stringify([block.phase, run])}`, channelsOf(block.channels));
    } else taken.set(key, sizeOf(positions));
    const isFirst = block.inputChannels.start === 0 && block.depth.start === 0;
    this.#expect(
      accumulates === !isFirst,
      `${where}: ${accumulates ? 'adds to nothing' : 'overwrites sums'}`,
    );
    sums.products += macs;
    const entries = [...taken.values()].reduce((sum, count) => sum + count, 0);
    const { entriesPerColumn, pingPong } = this.#accelerator.accumulators;
    this.#expect(
      entries <= this.#room('accumulator', entriesPerColumn, pingPong),
      `${where}: ${place} overflows`,
    );
  }

  /** All sums of the round leave at once: its accumulators are free. */
  #spill(
    { elements, outputBytes }: { readonly elements: number; readonly outputBytes: number },
    part: Part,
    from: Place,
    to: Place,
    where: string,
  ): void {
    const content = this.#sums.get(from);
    if (part.of !== 'sums' || content === undefined || content.drained) {
      return this.#expect(false, `${where}: no sums are in ${from}`);
    }
    const isThere = content.regions.size === 1 && content.regions.has(keyOf(part.positions, part.channels));
    this.#expect(isThere, `${where}: other sums are in ${from}`);
    this.#expect(!this.#waiting.has(to), `${where}: sums still wait in ${to}`);
    const size = sizeOf(part.positions) * channelsOf(part.channels);
    const bytes = size * Math.ceil(this.#accelerator.accumulators.bits / 8);
    this.#expect(elements === size && outputBytes === bytes, `${where}: ${outputBytes} bytes`);
    this.#waiting.set(to, { part, content: { ...content }, bytes });
    content.drained = true;
    this.#sumRoom.set(to, Math.max(this.#sumRoom.get(to) ?? 0, bytes));
    this.#checkOutputRoom(0, where);
  }

  #restore(part: Part, from: Place, to: Place, where: string): void {
    const waiting = this.#waiting.get(from);
    const isThere = JSON.stringify(waiting?.part) === JSON.stringify(part);
    if (waiting === undefined || !isThere)
      return this.#expect(false, `${where}: its sums are not in ${from}`);
    const present = this.#sums.get(to);
    this.#expect(present === undefined || present.drained, `${where}: overwrites sums in ${to}`);
    this.#waiting.delete(from);
    this.#sums.set(to, waiting.content);
  }

  /** Results and the sums that waited for them share a slot of the output buffer. */
  #checkOutputRoom(results: number, where: string): void {
    const { capacityBytes, pingPong } = this.#accelerator.outputBuffer;
    const sums = [...this.#sumRoom.values()].reduce((sum, bytes) => sum + bytes, 0);
    this.#expect(
      results + sums <= this.#room('output', capacityBytes, pingPong),
      `${where}: the output buffer overflows`,
    );
  }

  #emptied(place: Place) {
    const state = { regions: new Map<string, Sums>(), taken: new Map<string, number>(), drained: false };
    this.#sums.set(place, state);
    return state;
  }

  /** Whether all input a stream reads lies in the loaded region; a stream without a region may read padding only. */
  #hasInputs({ positions, block }: Products, place: Place | undefined): boolean {
    const needed = {
      rows: inputsOf(this.#workload.rows, positions.rows),
      columns: inputsOf(this.#workload.columns, positions.columns),
    };
    const loaded = place === undefined ? undefined : this.#contents.get(place);
    if (length(needed.rows) === 0 || length(needed.columns) === 0) return true;
    return (
      loaded?.of === 'activations' &&
      contains(loaded.positions.images, positions.images) &&
      contains(inputsOf(this.#workload.rows, loaded.positions.rows), needed.rows) &&
      contains(inputsOf(this.#workload.columns, loaded.positions.columns), needed.columns) &&
      contains(loaded.groups, block.channels.groups) &&
      contains(loaded.inputChannels, block.inputChannels)
    );
  }

  #requantize(bytes: number, part: Part, reads: readonly Place[], place: Place, where: string): void {
    if (part.of !== 'outputs') return this.#expect(false, `${where} works on ${part.of}`);
    const { positions, channels } = part;
    const { inputChannels, rows, columns, outputBytes, biasBytes } = this.#workload;
    const taps = (axis: typeof rows, outputs: Interval): number =>
      [...positionsIn(outputs)].reduce((sum, output) => sum + tapsAt(axis, output).length, 0);
    const area = taps(rows, positions.rows) * taps(columns, positions.columns);
    const products = length(positions.images) * area * inputChannels * channelsOf(channels);
    const accumulator = reads.find((place) => place.startsWith('accumulator'));
    const state = accumulator === undefined ? undefined : this.#sums.get(accumulator);
    const made = state?.regions.get(keyOf(positions, channels))?.products ?? 0;
    this.#expect(made === products, `${where}: ${made} products in its sums, expected ${products}`);
    if (state !== undefined) state.drained = true;
    const bias = reads.find((place) => place.startsWith('bias') || place === 'residentBias0');
    const biases = bias === undefined ? undefined : this.#contents.get(bias);
    const hasBiases =
      biases?.of === 'biases' &&
      contains(biases.channels.groups, channels.groups) &&
      contains(biases.channels.outputChannels, channels.outputChannels);
    this.#expect(biasBytes === 0 || hasBiases, `${where}: its biases are not in ${bias}`);

    this.#expect(
      bytes === sizeOf(positions) * channelsOf(channels) * outputBytes,
      `${where}: ${bytes} bytes`,
    );
    if (place === 'residentOutput0') return;
    const output = this.#outputs.get(place);
    const filled = (output === undefined || output.stored ? 0 : output.bytes) + bytes;
    this.#outputs.set(place, { bytes: filled, stored: false });
    this.#checkOutputRoom(filled, where);
  }

  #store(bytes: number, part: Part, place: Place, where: string): void {
    const output = this.#outputs.get(place);
    const isWhole = part.of === 'outputs' && output?.bytes === bytes && !output.stored;
    this.#expect(isWhole, `${where}: ${bytes} bytes of ${output?.bytes} in ${place}`);
    if (output !== undefined) output.stored = true;
    this.#expect(this.#waiting.size === 0, `${where}: sums still wait`);
    this.#sumRoom.clear();
  }

  /** Room for one content: all of a memory with one slot; two slots take a ping-pong memory, and half of it each. */
  #room(memory: string, capacity: number, pingPong: boolean): number {
    const slots = this.#slots.get(memory) ?? 1;
    this.#expect(slots === 1 || (slots === 2 && pingPong), `${memory}: ${slots} slots`);
    return capacity / slots;
  }

  #expect(condition: boolean, problem: string): void {
    if (!condition) this.problems.push(problem);
  }
}
