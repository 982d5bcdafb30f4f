import { UserError } from '../core/errors.js';
import type { Accelerator } from '../hw/accelerator.js';
import type { Unit } from '../hw/isa.js';
import { operandText } from './instruction-text.js';
import type { LayerPlan } from './layer-plan.js';
import type { Layer, Network } from './layer.js';
import { planNetwork, type NetworkPlanOptions } from './network-plan.js';
import { thousands } from '../lower/thousands.js';
import { residencyOf } from '../lower/workload/workload.js';
import { bufferMemories, dramBandwidth, occupancy, type BufferMemory, type Level } from './occupancy.js';

/** Events of a trace at most: it is made in memory. */
const MOST_EVENTS = 2 ** 21;

/** Rows of the timeline, in this order: the layers, then the units of the machine. */
const ROWS: readonly (Unit | 'layer')[] = ['layer', 'load', 'weightLoad', 'array', 'post', 'store'];

/** An event of the Trace Event Format: a slice, a counter, an instant or metadata. Times are microseconds there, cycles here. */
interface TraceEvent {
  readonly ph: 'X' | 'C' | 'i' | 'M';
  readonly name: string;
  readonly ts?: number;
  readonly dur?: number;
  readonly tid?: number;
  readonly s?: 't';
  readonly args?: Readonly<Record<string, string | number>>;
}

/**
 * The timeline of a network on a machine, for Perfetto and other viewers of the Trace Event Format (JSON): a row for the layers and for each
 * unit, a slice for each instruction, counters for the live bytes of each buffer and the bytes that cross the DRAM in a cycle.
 * One microsecond of the trace is one cycle. Layers for the host take no time and are marked.
 *
 * @throws UserError where the machine cannot run a layer, or the trace would be too long
 */
export function programTrace(
  network: Network,
  accelerator: Accelerator,
  { mostEvents = MOST_EVENTS, ...options }: NetworkPlanOptions & { readonly mostEvents?: number } = {},
): string {
  const lines: string[] = [];
  for (const event of eventsOf(network, accelerator, options)) {
    if (lines.length === mostEvents) throw tooLong(network, mostEvents);
    lines.push(JSON.stringify({ pid: 0, ...event }));
  }
  const about = { machine: accelerator.name, unit: '1 us is 1 cycle', clockHertz: accelerator.clockHertz };
  return `{"otherData":${JSON.stringify(about)},"traceEvents":[\n${lines.join(',\n')}\n]}\n`;
}

function* eventsOf(
  network: Network,
  accelerator: Accelerator,
  options: NetworkPlanOptions,
): Generator<TraceEvent> {
  const { layers, name } = network;
  yield { ph: 'M', name: 'process_name', args: { name: `${name} on ${accelerator.name}` } };
  for (const [tid, row] of ROWS.entries()) {
    yield { ph: 'M', name: 'thread_name', tid, args: { name: row } };
    yield { ph: 'M', name: 'thread_sort_index', tid, args: { sort_index: tid } };
  }
  const { layers: plans } = planNetwork(network, accelerator, options);
  let start = 0;
  for (const [index, layer] of layers.entries()) {
    const plan = plans[index]!;
    yield* layerEvents(layer, plan, start, accelerator);
    start += plan.timeline.makespan;
  }
}

function* layerEvents(
  { name, op }: Layer,
  plan: LayerPlan,
  start: number,
  accelerator: Accelerator,
): Generator<TraceEvent> {
  const { program, timeline, mapping, workload } = plan;
  const args = { op, mapping: mapping ?? 'moves nothing' };
  if (workload.kind === 'host') yield { ph: 'i', s: 't', tid: 0, ts: start, name: `host: ${name}`, args };
  if (program.length === 0) return;
  yield { ph: 'X', tid: 0, ts: start, dur: timeline.makespan, name, args };
  for (const [index, instruction] of program.entries()) {
    const [from, to] = [timeline.starts[index]!, timeline.ends[index]!];
    yield {
      ph: 'X',
      tid: ROWS.indexOf(instruction.unit),
      ts: start + from,
      dur: to - from,
      name: instruction.kind,
      args: { instruction: index, operands: operandText(instruction) },
    };
  }
  for (const { name: memory, holds } of bufferMemories(accelerator)) {
    yield* counter(memory, 'bytes', levels(plan, holds), start);
  }
  yield* counter('DRAM', 'bytes per cycle', dramBandwidth(plan), start);
}

/** What a memory holds: tiles, and where weights lie the whole tensors that stay. */
function levels(plan: LayerPlan, holds: readonly BufferMemory[]): readonly Level[] {
  const { workload } = plan;
  const tiles = occupancy(plan, holds);
  if (workload.kind === 'free' || workload.kind === 'host' || !holds.includes('weight')) return tiles;
  const { reservedBytes } = residencyOf(workload);
  if (reservedBytes === 0) return tiles;
  const raised = tiles.map(({ cycle, value }) => ({ cycle, value: value + reservedBytes }));
  return raised[0]?.cycle === 0 ? raised : [{ cycle: 0, value: reservedBytes }, ...raised];
}

function* counter(
  name: string,
  unit: string,
  levels: readonly Level[],
  start: number,
): Generator<TraceEvent> {
  for (const { cycle, value } of levels) yield { ph: 'C', name, ts: start + cycle, args: { [unit]: value } };
}

function tooLong({ name }: Network, mostEvents: number): UserError {
  return new UserError({
    place: `trace of ${name}`,
    found: `more than ${thousands(mostEvents)} events`,
    expected: 'fewer',
    suggestion: 'trace a part of the network, or a machine with larger buffers and a larger array',
  });
}
