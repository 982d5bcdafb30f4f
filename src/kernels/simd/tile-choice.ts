import { emitted } from './emitted.js';
import { joinsVectors } from './joins-vectors.js';
import { COLUMNS_OF_BLOCK, defineProduct, productName, type Tile } from './product-function.js';
import { Workspace } from '../../wasm/workspace.js';
import { BLOCK_BYTES } from './weight-storage.js';

/** For few columns, and where panels of two blocks would reach too far beyond the last one. */
const OF_ONE_BLOCK: Tile = { rows: 4, blocks: 1, unroll: 1 };

/** Tiles whose sums and operands stay in the 16 registers of the processors we know, the usual one first. */
const CANDIDATES: readonly Tile[] = [{ rows: 2, blocks: 2, unroll: 1 }, OF_ONE_BLOCK];

/** Where V8 joins pairs of vectors it needs several steps to find pairs; where it does not, they overflow the registers. */
const CANDIDATES_OF_PAIRS: readonly Tile[] = [...CANDIDATES, { rows: 2, blocks: 2, unroll: 4 }];

/** Part of the columns from which on those beyond the last one cost more than a tile of one block does. */
const MOST_EMPTY_COLUMNS = 0.1;

/** MACs from which on a better tile is worth the milliseconds that it takes to find it. */
const WORTH_MEASURING_MACS = 2e7;

/** Candidates run in turn, each for a millisecond at a time: functions begin in a slow tier, and reach the fast one meanwhile. */
const TURNS = 6;
const TURN_MS = 1;

let fastest: Tile | null = null;

/**
 * The tile for products of so many columns and, in all, MACs. What is fastest depends on the processor and on the compiler; it is
 * measured once in a process, for the first layer that is large. Results are the same in every tile.
 */
export function tileFor(columns: number, macs: number): Tile {
  if (columns <= COLUMNS_OF_BLOCK) return OF_ONE_BLOCK;
  if (macs >= WORTH_MEASURING_MACS) fastest ??= measuredFastest();
  const tile = fastest ?? CANDIDATES[0]!;
  const blocks = Math.ceil(columns / COLUMNS_OF_BLOCK);
  const written = Math.ceil(blocks / tile.blocks) * tile.blocks;
  return written - blocks > MOST_EMPTY_COLUMNS * written ? OF_ONE_BLOCK : tile;
}

const [ROWS, PAIRS, COLUMNS] = [24, 128, 32];

function measuredFastest(): Tile {
  const workspace = new Workspace();
  const starts = workspace.constant(Int32Array.from({ length: ROWS }, (_, row) => row * 4 * PAIRS));
  const taps = workspace.constant(Int32Array.of(0));
  const bias = workspace.constant(new Int32Array(COLUMNS));
  const activations = workspace.allocate(ROWS * 4 * PAIRS);
  const weights = workspace.allocate((COLUMNS / COLUMNS_OF_BLOCK) * PAIRS * BLOCK_BYTES.int16);
  const sums = workspace.allocate(4 * ROWS * COLUMNS);
  const candidates = joinsVectors() ? CANDIDATES_OF_PAIRS : CANDIDATES;
  const runs = candidates.map((tile) => {
    const name = productName(tile, 'int16');
    const module = emitted(name, (builder) => defineProduct(builder, tile, 'int16'));
    const product = workspace.functions(module)[name]!;
    const panelBytes = tile.blocks * PAIRS * BLOCK_BYTES.int16;
    const panels = COLUMNS / COLUMNS_OF_BLOCK / tile.blocks;
    const operands = [activations, starts, ROWS, taps, taps + 4, PAIRS];
    return () => product(...operands, weights, panelBytes, panels, bias, sums, 4 * COLUMNS);
  });
  const times = runs.map(() => Infinity);
  for (let turn = 0; turn < TURNS; turn += 1) {
    runs.forEach((run, index) => (times[index] = Math.min(times[index]!, shortest(run))));
  }
  return candidates[times.indexOf(Math.min(...times))]!;
}

/** The shortest of as many runs as there is time for: what disturbs a run only makes it longer. */
function shortest(run: () => unknown): number {
  let least = Infinity;
  const end = performance.now() + TURN_MS;
  for (let begin = performance.now(); begin < end;) {
    run();
    const now = performance.now();
    least = Math.min(least, now - begin);
    begin = now;
  }
  return least;
}
