import { assert, assertNever, UserError } from '../core/errors.js';
import type { Accelerator } from '../hw/accelerator.js';
import { arrayCandidates, finestArrayMapping } from './array/array-candidates.js';
import { arrayNeeds } from './array/array-fit.js';
import { allCandidates, type Branch, type Candidate } from './candidate.js';
import {
  accountForMappings,
  MOST_INSTRUCTIONS,
  searchMappings,
  type Mapped,
  type SearchOptions,
  type SearchAccount,
} from './mapping-search.js';
import { hasFineCuts } from './position-cuts.js';
import { neededOf, type Need } from './program/need.js';
import { thousands } from './thousands.js';
import { finestVectorMapping, vectorCandidates, vectorNeeds } from './vector/vector-candidates.js';
import type { ArrayWorkload, VectorWorkload, Workload } from './workload/workload.js';

type MachineWorkload = ArrayWorkload | VectorWorkload;

/** A layer as the machine runs it. */
export interface LoweredLayer {
  /** The mapping of its program; null where it has none. */
  readonly candidate: Candidate | null;
  /** What the program takes of each memory. */
  readonly needs: readonly Need[];
  /** The mapping chosen and the next best one, in words with their cycles; null where there was no (other) choice. */
  readonly mapping: string | null;
  readonly runnerUp: string | null;
  /** What is known of all mappings, worked out anew; null where there was nothing to choose. */
  readonly account: (() => SearchAccount) | null;
}

const NOTHING = { candidate: null, needs: [], runnerUp: null, account: null } as const;

/**
 * The best program for a workload that the search finds.
 *
 * @param layer what to call the layer in an error
 * @throws UserError where the machine has no room for the smallest tile, or every program is too long to be held
 */
export function lowerLayer(
  workload: Workload,
  accelerator: Accelerator,
  options: SearchOptions,
  layer: string,
): LoweredLayer {
  if (workload.kind === 'free') return { ...NOTHING, mapping: null };
  if (workload.kind === 'host') return { ...NOTHING, mapping: workload.reason };
  const search = searchMappings(mappingSpace(workload, accelerator), accelerator, options);
  if (search === null) throw refusal(workload, accelerator, layer);
  const { best, runnerUp } = search;
  return {
    candidate: best.candidate,
    needs: best.candidate.needs(accelerator),
    mapping: describe(best),
    runnerUp: runnerUp === null ? null : describe(runnerUp),
    account: () => accountForMappings(mappingSpace(workload, accelerator), accelerator, options)!,
  };
}

/** Every mapping of a workload whose tiles fit the machine, in groups. */
export function mappingSpace(workload: MachineWorkload, accelerator: Accelerator): readonly Branch[] {
  const usual = branchesOf(workload, accelerator, { fine: false });
  if (!hasFineCuts(workload) || !allCandidates(usual, accelerator).next().done) return usual;
  return branchesOf(workload, accelerator, { fine: true });
}

function branchesOf(
  workload: MachineWorkload,
  accelerator: Accelerator,
  fineness: { readonly fine: boolean },
): readonly Branch[] {
  switch (workload.kind) {
    case 'array':
      return arrayCandidates(workload, accelerator, fineness);
    case 'vector':
      return vectorCandidates(workload, accelerator, fineness);
    default:
      return assertNever(workload);
  }
}

/** Why there is no program: no mapping fits, or every program is too long. */
function refusal(workload: MachineWorkload, accelerator: Accelerator, layer: string): UserError {
  let fewest = Infinity;
  for (const { instructions } of allCandidates(mappingSpace(workload, accelerator), accelerator)) {
    fewest = Math.min(fewest, instructions);
  }
  return fewest === Infinity ? tooSmall(finestNeeds(workload, accelerator), layer) : tooLong(fewest, layer);
}

function finestNeeds(workload: MachineWorkload, accelerator: Accelerator): Need[] {
  return workload.kind === 'array'
    ? arrayNeeds(workload, finestArrayMapping(workload), accelerator)
    : vectorNeeds(workload, finestVectorMapping(workload), accelerator);
}

function tooLong(fewest: number, layer: string): UserError {
  return new UserError({
    place: layer,
    found: `a program of at least ${thousands(fewest)} instructions`,
    expected: `at most ${thousands(MOST_INSTRUCTIONS)}`,
    suggestion: 'simulate a part of the layer, or a machine with larger buffers and a larger array',
  });
}

function tooSmall(needs: readonly Need[], layer: string): UserError {
  const need = needs.find(({ memory, capacity }) => neededOf(memory, needs) > capacity);
  assert(need !== undefined, 'a mapping exists where the smallest tile fits', { layer });
  const { memory, capacity } = need;
  const field = memory === 'accumulators' ? 'accumulators.entriesPerColumn' : `${memory}.capacity`;
  return new UserError({
    place: layer,
    ...(memory === 'scratchpad' ? tooMuchTogether(needs, capacity) : tooMuch(need)),
    suggestion: `raise ${field} to at least ${thousands(neededOf(memory, needs))}`,
  });
}

/** One kind of tile in a memory of its own. */
function tooMuch({ memory, needed, capacity, slots }: Need): { found: string; expected: string } {
  const unit = memory === 'accumulators' ? 'entries per column' : 'bytes';
  const half = slots === 1 ? '' : `, half of the ${thousands(capacity)} in ping-pong`;
  return {
    found: `${thousands(needed)} ${unit} in its smallest tile for the ${memory}`,
    expected: `at most ${thousands(Math.floor(capacity / slots))}${half}`,
  };
}

/** Tiles of activations, weights and outputs in one memory. */
function tooMuchTogether(needs: readonly Need[], capacity: number): { found: string; expected: string } {
  const tiles = needs.filter(({ memory, needed }) => memory === 'scratchpad' && needed > 0);
  const terms = tiles.map(({ needed, slots }) => (slots === 1 ? '' : `${slots} x `) + thousands(needed));
  return {
    found: `${terms.join(' + ')} bytes in its smallest tiles of activations, weights and outputs for the scratchpad`,
    expected: `at most ${thousands(capacity)} together`,
  };
}

function describe({ candidate, cycles, dramBytes }: Mapped): string {
  return `${candidate.text()}; ${thousands(cycles)} cycles, ${thousands(dramBytes)} bytes of DRAM traffic`;
}
