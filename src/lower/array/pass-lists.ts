import { remembered } from '../../core/remembered.js';
import type { Accelerator } from '../../hw/accelerator.js';
import { BOTH_ENDS, inOrder, loop, type Ends } from '../program/loops.js';
import { listed, type Token, type UnitLists } from '../program/unit-lists.js';
import type { Work } from '../program/work.js';
import { phasePositions, type Phase } from '../space/phases.js';
import type { PositionTile } from '../space/position-split.js';
import { once, pieces, type Repeated } from '../space/repeated.js';
import { passPositions, passWork, type BlockExtents } from './array-work.js';
import type { Use } from './operand-turns.js';
import type { Packing } from './packing.js';

/** Column blocks: each of some groups with each of some outputs. */
export interface BlockKinds {
  readonly groups: readonly Repeated<number>[];
  readonly outputs: readonly Repeated<number>[];
}

/** The passes of some positions and column blocks over one tile of input channels, and the tokens they take and give. */
export interface Visit {
  readonly positions: PositionTile;
  readonly blocks: BlockKinds;
  readonly inputChannels: number;
  readonly weights: Use;
  readonly activations: Use;
  /** What its first sums wait for: more tokens are others. */
  readonly sumsTake: readonly Token[];
  /** Whether they may leave the accumulators after it. */
  readonly completes: boolean;
}

/** The passes of visits through the array. Those that come again are made once. */
export class PassLists {
  readonly #phases: readonly Phase[];
  readonly #packing: Packing;
  readonly #accelerator: Accelerator;
  readonly #known = new Map<string, UnitLists>();

  /** @param phases each with taps */
  constructor(phases: readonly Phase[], packing: Packing, accelerator: Accelerator) {
    this.#phases = phases;
    this.#packing = packing;
    this.#accelerator = accelerator;
  }

  of(visit: Visit): UnitLists {
    const { positions, blocks, inputChannels } = visit;
    const phases = this.#phases
      .map((phase) => once({ taps: phase.taps, positions: phasePositions(positions, phase) }))
      .filter(({ kind }) => kind.positions > 0);
    const most = passPositions(this.#accelerator.array);
    return loop(blocks.groups, BOTH_ENDS, (groups, ends) =>
      loop(blocks.outputs, ends, (outputs, ends) =>
        loop(phases, ends, ({ taps, positions }, ends) =>
          loop(pieces(taps * inputChannels, this.#packing.rows), ends, (depth, ends) =>
            loop(pieces(positions, Math.min(positions, most)), ends, (passing, ends) =>
              this.#pass({ groups, depth, outputs }, passing, visit, ends),
            ),
          ),
        ),
      ),
    );
  }

  #pass(extents: BlockExtents, positions: number, visit: Visit, ends: Ends): UnitLists {
    const { groups, depth, outputs } = extents;
    const key = `${groups} ${depth} ${outputs} ${positions} ${tokensKey(visit, ends)}`;
    return remembered(this.#known, key, () => this.#newPass(extents, positions, visit, ends));
  }

  #newPass(extents: BlockExtents, positions: number, visit: Visit, ends: Ends): UnitLists {
    const works = passWork(extents, positions, false, this.#packing, this.#accelerator);
    return inOrder(
      works.map((work) => {
        const { takes, gives } = this.#operandTokens(work, visit, ends);
        if (work === works.at(-1)) {
          if (ends.first) takes.push(...visit.sumsTake);
          if (ends.last && visit.completes) gives.push('sumsComplete');
        }
        return once(listed(work, takes, gives, this.#accelerator));
      }),
    );
  }

  /** Who waits for operands, and who makes room for others: what brings them into registers, or else what streams them. */
  #operandTokens({ kind }: Work, visit: Visit, { first, last }: Ends): { takes: Token[]; gives: Token[] } {
    const takes: Token[] = [];
    const gives: Token[] = [];
    const { dataflow, pingPongWeights } = this.#accelerator.array;
    for (const operand of ['weights', 'activations'] as const) {
      const user = dataflow === (operand === 'weights' ? 'ws' : 'is') ? 'preload' : 'stream';
      if (kind !== user) continue;
      if (first && visit[operand].loads) takes.push(`${operand}Loaded`);
      if (last && visit[operand].frees) gives.push(`${operand}Free`);
    }
    if (pingPongWeights && dataflow !== 'os') {
      if (kind === 'preload') {
        takes.push('registersFree');
        gives.push('registersLoaded');
      } else {
        takes.push('registersLoaded');
        gives.push('registersFree');
      }
    }
    return { takes, gives };
  }
}

/** Tells passes apart that take or give different tokens. */
function tokensKey({ weights, activations, sumsTake, completes }: Visit, { first, last }: Ends): number {
  const taken = first ? 1 + Number(weights.loads) + 2 * Number(activations.loads) + 4 * sumsTake.length : 0;
  const given = last ? 1 + Number(weights.frees) + 2 * Number(activations.frees) + 4 * Number(completes) : 0;
  return 16 * taken + given;
}
