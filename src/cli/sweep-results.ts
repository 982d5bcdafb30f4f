import { createHash } from 'node:crypto';
import { namingFile } from '../core/errors.js';
import type { SearchSettings } from '../engine/layer-plan.js';
import type { Outcome } from '../engine/sweep/result.js';
import { pointKey, readResults, resultLine } from '../engine/sweep/stored-results.js';
import { writeIntegerGraph } from '../exporters/integer-graph.js';
import type { Accelerator } from '../hw/accelerator.js';
import type { IntGraph } from '../ir/graph.js';
import type { Io } from './io.js';
import { VERSION } from './version.js';

/** The finished points of a network, kept in a file: what another run finds there it need not simulate. */
export interface SweepResults {
  readonly known: (accelerator: Accelerator) => Outcome | undefined;
  readonly onOutcome: (accelerator: Accelerator, outcome: Outcome) => Promise<void>;
}

/** Opens the file, or begins it. Results of another version of bitmac, or of a search with other options, do not count. */
export async function openResults(
  io: Io,
  path: string,
  graph: IntGraph,
  settings: SearchSettings,
): Promise<SweepResults> {
  const model = createHash('sha256')
    .update(`${VERSION}\n${JSON.stringify(settings)}\n`)
    .update(writeIntegerGraph(graph))
    .digest('hex');
  const bytes = await io.readFileIfAny(path);
  const text = bytes === null ? '' : new TextDecoder().decode(bytes);
  const { outcomes, damagedLines, prefix } = namingFile(path, () => readResults(text));
  if (damagedLines > 0) {
    io.note(`${path}: ${damagedLines} damaged line${damagedLines === 1 ? '' : 's'} skipped`);
  }
  if (prefix !== '') await io.appendFile(path, prefix);
  return {
    known: (accelerator) => outcomes.get(pointKey(model, accelerator)),
    onOutcome: (accelerator, outcome) =>
      io.appendFile(path, resultLine(pointKey(model, accelerator), outcome)),
  };
}
