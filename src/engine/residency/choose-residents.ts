import { UserError } from '../../core/errors.js';
import type { Accelerator } from '../../hw/accelerator.js';
import type { LayerPlan, LayerPlanner } from '../layer-plan.js';
import type { Network } from '../layer.js';
import { Kept } from './kept.js';
import { residentActivations, residentWeights, type Resident } from './residents.js';

/** A network with what stays on chip, and the plan of each layer under it. */
export interface Choice {
  readonly kept: Kept;
  readonly plans: readonly LayerPlan[];
}

/**
 * Decides what stays on chip, one after the other, those first that save most DRAM traffic for each byte and layer they take
 * the room of. One stays if every layer still fits beside it, and the layers together neither take more cycles nor move more
 * bytes than without it. So whatever stays, the network is never worse than with nothing.
 *
 * @param base the plans with nothing on chip
 */
export function chooseResidents(
  network: Network,
  base: readonly LayerPlan[],
  planner: LayerPlanner,
  accelerator: Accelerator,
): Choice {
  const { activations, weights } = accelerator.residency!;
  const residents = [
    ...(activations ? residentActivations(network) : []),
    ...(weights ? residentWeights(network) : []),
  ];
  const worth = new Map(residents.map((each) => [each, worthOf(each, base)]));
  const inOrder = residents.toSorted((a, b) => worth.get(b)! - worth.get(a)!);
  return inOrder.reduce<Choice>(
    (choice, resident) => {
      const kept = choice.kept.with(resident);
      const plans = plansOf(kept, resident, choice.plans, planner, accelerator);
      return plans !== null && isNoWorse(plans, choice.plans) ? { kept, plans } : choice;
    },
    { kept: new Kept(network), plans: base },
  );
}

/** Bytes of traffic that go with a resident, for each byte of room and layer in which it takes it. */
function worthOf(resident: Resident, base: readonly LayerPlan[]): number {
  if (resident.kind === 'weights') {
    const { layer, bytes } = resident;
    return moved(base[layer]!, ['loadWeights', 'loadBias']) / (bytes * base.length);
  }
  let saved = 0;
  let room = 0;
  for (const { bytes, first, last } of resident.tensors) {
    saved += 2 * bytes;
    room += bytes * (last - first + 1);
  }
  return saved / room;
}

/** Bytes that instructions of these kinds move. */
function moved({ program }: LayerPlan, kinds: readonly string[]): number {
  return program.reduce(
    (sum, each) => sum + ('bytes' in each && kinds.includes(each.kind) ? each.bytes : 0),
    0,
  );
}

/** The plans of all layers, planned anew where the resident is on chip; null where one of them finds no room. */
function plansOf(
  kept: Kept,
  resident: Resident,
  before: readonly LayerPlan[],
  planner: LayerPlanner,
  accelerator: Accelerator,
): readonly LayerPlan[] | null {
  const [first, last] = presence(resident, before.length);
  const { capacityBytes } = accelerator.weightBuffer;
  const plans = [...before];
  for (let index = first; index <= last; index += 1) {
    if (kept.reservedBytes(index) > capacityBytes) return null;
    try {
      plans[index] = planner.plan(kept.layer(index));
    } catch (error) {
      if (error instanceof UserError) return null;
      throw error;
    }
  }
  return plans;
}

/** The first and the last layer during which a resident is on chip. */
function presence(resident: Resident, layers: number): readonly [number, number] {
  if (resident.kind === 'weights') return [0, layers - 1];
  const firsts = resident.tensors.map(({ first }) => first);
  const lasts = resident.tensors.map(({ last }) => last);
  return [Math.min(...firsts), Math.max(...lasts)];
}

function isNoWorse(plans: readonly LayerPlan[], before: readonly LayerPlan[]): boolean {
  const [now, then] = [plans, before].map(planTotals);
  return now!.cycles <= then!.cycles && now!.dramBytes <= then!.dramBytes;
}

/** Cycles and DRAM bytes of all layers. */
export function planTotals(plans: readonly LayerPlan[]) {
  return plans.reduce(
    ({ cycles, dramBytes }, plan) => ({
      cycles: cycles + plan.cycles,
      dramBytes: dramBytes + plan.counts.dramReadBytes + plan.counts.dramWriteBytes,
    }),
    { cycles: 0, dramBytes: 0 },
  );
}
