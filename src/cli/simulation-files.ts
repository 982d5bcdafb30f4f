import { programListing } from '../engine/listing.js';
import type { NetworkPlanOptions } from '../engine/network-plan.js';
import type { SimulationResult } from '../engine/result.js';
import { programTrace } from '../engine/trace.js';
import type { PlainArray } from '../formats/elements.js';
import { writeNpy } from '../formats/npy.js';
import type { Accelerator } from '../hw/accelerator.js';
import { renderHtmlReport } from '../report/html/report.js';
import type { Tensor } from '../tensor/tensor.js';
import type { SimulateArguments } from './commands/simulate.js';
import type { Io } from './io.js';
import type { NetworkSource } from './network-source.js';

/** What `simulate` writes files of. */
export interface Simulated {
  readonly source: NetworkSource;
  readonly accelerator: Accelerator;
  /** How the programs were planned. */
  readonly planned: NetworkPlanOptions;
  readonly result: SimulationResult;
  /** Codes, in the order of the graph's outputs; null where nothing was run. */
  readonly outputs: readonly Tensor[] | null;
}

/** Writes the files that a command line names. */
export async function writeSimulationFiles(
  io: Io,
  { output, html, listing, trace }: SimulateArguments,
  { source: { network, label }, accelerator, planned, result, outputs }: Simulated,
): Promise<void> {
  if (output !== undefined) await io.writeFile(output, writeNpy(outputs![0] as PlainArray));
  if (html !== undefined) {
    await io.writeFile(html, renderHtmlReport({ title: label, simulations: [result] }));
  }
  if (listing !== undefined) await io.writeFile(listing, programListing(network, accelerator, planned));
  if (trace !== undefined) {
    await io.writeFile(trace, programTrace({ ...network, name: label }, accelerator, planned));
  }
}
