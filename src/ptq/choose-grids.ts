import { assert, UserError, type UserErrorDetails } from '../core/errors.js';
import type { FloatGraph, ValueId } from '../ir/graph.js';
import type { FloatNode } from '../ir/operators.js';
import type { RealRange } from '../ir/ops/real-range.js';
import { usesOf } from '../ir/use.js';
import type { ThreadCount } from '../threads/thread-count.js';
import type { GridsByName, NamedGrid } from './given-grids.js';
import { asymmetricGrid, type Grid } from './grid.js';
import { gridLeaders, hasFixedGrid } from './grid-sharing.js';
import { calibrateRanges, type CalibrationSet } from './observe/calibrate.js';
import type { Recipe } from './recipe.js';

/** What decides grids: a recipe, data to calibrate with, and grids given beforehand. */
export interface GridSources {
  readonly recipe: Recipe;
  /** May be empty where every activation has a grid otherwise. */
  readonly samples: CalibrationSet;
  readonly given: GridsByName;
  /** Where there is no data: any grid will do for what is left open. */
  readonly shapesOnly: boolean;
  readonly warn: (text: string) => void;
  readonly threads: ThreadCount;
  readonly progress?: ((done: number, total: number) => void) | undefined;
}

/**
 * A grid for every activation, one per leader: the one its operator fixes, else the one given, else that of its observed
 * range.
 *
 * @throws UserError where given grids contradict each other, or where neither data nor a given grid tells one.
 */
export function chooseGrids(graph: FloatGraph, sources: GridSources): (id: ValueId) => Grid {
  const { recipe, samples, given } = sources;
  const rule = recipe.requantizer === 'shift' ? 'powerOfTwo' : 'free';
  const format = { bits: recipe.activationBits, signed: true };
  const fixedGrid: Grid = { scale: 2 ** -format.bits, zeroPoint: -(2 ** (format.bits - 1)), format };
  const leaderOf = gridLeaders(graph, (id) => given.has(id));
  const makers = usesOf(graph).makers;
  const isFixed = (id: ValueId): boolean => hasFixed(makers.get(id));
  const activations = [...graph.values.keys()].filter((id) => !graph.constants.has(id));
  const grids = new Map<ValueId, Grid>();
  for (const id of activations.map(leaderOf)) if (isFixed(id)) grids.set(id, fixedGrid);
  for (const [id, { grid }] of pinned(activations, leaderOf, grids, sources)) grids.set(id, grid);

  const isOpen = (id: ValueId): boolean => !grids.has(leaderOf(id));
  // A pad may write a value beyond its input's range: its output is observed as well.
  const padded = activations.filter((id) => makers.get(id)?.op === 'pad' && isOpen(id));
  const open = new Set(activations.map(leaderOf).filter(isOpen));
  if (samples.length === 0 && sources.shapesOnly) {
    for (const [index, id] of [...open].entries())
      grids.set(id, asymmetricGrid(anyRange(index), format, rule));
    return gridLookup(grids, leaderOf);
  }
  if (samples.length === 0) refuseOpen(open);
  const wanted = new Set([
    ...open,
    ...padded,
    ...activations.filter((id) => samples.length > 0 && isFixed(id)),
  ]);
  const options = { method: recipe.activationRange, format, rule, threads: sources.threads } as const;
  const observed =
    wanted.size === 0
      ? new Map<ValueId, RealRange>()
      : calibrateRanges(graph, samples, wanted, options, sources.progress);

  const ranges = new Map<ValueId, RealRange>(observed);
  for (const id of padded) {
    const leader = leaderOf(id);
    const [a, b] = [ranges.get(leader)!, observed.get(id)!];
    ranges.set(leader, { min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) });
  }
  for (const id of open) grids.set(id, asymmetricGrid(ranges.get(id)!, format, rule));
  return gridLookup(grids, leaderOf);
}

function gridLookup(
  grids: ReadonlyMap<ValueId, Grid>,
  leaderOf: (id: ValueId) => ValueId,
): (id: ValueId) => Grid {
  return (id) => {
    const grid = grids.get(leaderOf(id));
    assert(grid !== undefined, 'every activation has a grid', { id });
    return grid;
  };
}

/** A range about as wide as those of networks, different for every index: equal grids would spare a machine work. */
function anyRange(index: number): RealRange {
  return { min: -1, max: 1 + index / 64 };
}

function hasFixed(maker: FloatNode | undefined): boolean {
  return maker !== undefined && hasFixedGrid(maker);
}

/**
 * Given grids by leader. A leader's own comes before those of values that share its grid; where it has none, they must
 * agree. What its operator fixes comes before anything.
 */
function pinned(
  activations: readonly ValueId[],
  leaderOf: (id: ValueId) => ValueId,
  fixed: ReadonlyMap<ValueId, Grid>,
  { given, warn }: GridSources,
): ReadonlyMap<ValueId, NamedGrid> {
  const pins = new Map<ValueId, NamedGrid>();
  const leaders = new Set(activations.map(leaderOf));
  const inOrder = [...leaders, ...activations.filter((id) => !leaders.has(id))];
  for (const id of inOrder) {
    const pin = given.activation(id);
    if (pin === null) continue;
    const leader = leaderOf(id);
    const known = fixed.get(leader) ?? pins.get(leader)?.grid;
    if (known === undefined) {
      pins.set(leader, pin);
    } else if (!sameGrid(known, pin.grid)) {
      const first = pins.get(leader);
      if (first !== undefined && !given.has(leader)) throw given.refuse(contradiction(first, pin, leader));
      const why =
        first === undefined
          ? `softmax always has ${gridText(known)}`
          : `it shares ${gridText(known)} with '${leader}', whose codes it holds`;
      warn(`the encoding of '${pin.name}' (${gridText(pin.grid)}) is not used: ${why}`);
    }
  }
  return pins;
}

function contradiction(first: NamedGrid, second: NamedGrid, leader: ValueId): UserErrorDetails {
  return {
    place: `encoding of '${second.name}'`,
    found: gridText(second.grid),
    expected: `${gridText(first.grid)}, the encoding of '${first.name}': both hold codes of '${leader}'`,
    suggestion: `give '${leader}' an encoding, or only one of the two`,
  };
}

function sameGrid(a: Grid, b: Grid): boolean {
  return a.scale === b.scale && a.zeroPoint === b.zeroPoint;
}

/** A grid as the file states it. */
function gridText({ scale, zeroPoint, format }: Grid): string {
  return `scale ${scale}, offset ${-zeroPoint - 2 ** (format.bits - 1) + 0}`;
}

/** How many names a message lists. */
const LISTED = 5;

/** The first of some names, quoted, and how many more there are. */
export function namesText(names: readonly string[]): string {
  const listed = names.slice(0, LISTED).map((name) => `'${name}'`);
  const more = names.length - listed.length;
  return more > 0 ? `${listed.join(', ')} and ${more} more` : listed.join(', ');
}

function refuseOpen(open: ReadonlySet<ValueId>): void {
  if (open.size === 0) return;
  throw new UserError({
    found: `no calibration data, and no encoding of ${namesText([...open])}`,
    expected: 'data, or an encoding for every activation',
    suggestion: 'calibrate as well: what has an encoding keeps it',
  });
}
