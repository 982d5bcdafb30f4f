import { UserError } from '../../core/errors.js';
import { writeIntegerGraph } from '../../exporters/integer-graph.js';
import { NO_PREPROCESSING } from '../../importers/dataset/preprocessing.js';
import type { IntGraph } from '../../ir/graph.js';
import { groupThousands } from '../../report/numbers.js';
import type { QuantizeArguments } from '../commands/quantize.js';
import { loadModelFile } from '../model-source.js';
import { quantizeFloat } from '../quantize-float.js';
import { preprocessingFrom } from '../options/data-options.js';
import { recipeFrom, recipeText } from '../options/recipe-options.js';
import type { Io } from '../io.js';

/** `bitmac quantize`: reads, quantizes, writes, says what came out. */
export async function quantizeToFile(io: Io, args: QuantizeArguments): Promise<void> {
  const graph = await loadModelFile(io, args.model, args);
  if (graph.dialect === 'integer') {
    throw new UserError({ file: args.model, found: 'an integer model', expected: 'a float model' });
  }
  const preprocessing = preprocessingFrom(args, NO_PREPROCESSING);
  const model = await quantizeFloat(io, args.model, graph, args, preprocessing, recipeFrom(args));
  const bytes = writeIntegerGraph(model.graph);
  await io.writeFile(args.output, bytes);

  const summary = {
    model: args.model,
    output: args.output,
    bytes: bytes.length,
    nodes: model.graph.nodes.length,
    parameterBytes: parameterBytes(model.graph),
    recipe: model.recipe,
    notes: model.notes,
  };
  if (args.json) {
    io.out(JSON.stringify(summary, null, 2));
    return;
  }
  io.out(
    [
      `${args.output}: ${groupThousands(bytes.length)} bytes`,
      `  ${summary.nodes} nodes, ${groupThousands(summary.parameterBytes)} bytes of parameters`,
      `  ${recipeText(model.recipe)}`,
      ...model.notes.map((text) => `  note: ${text}`),
    ].join('\n'),
  );
}

function parameterBytes(graph: IntGraph): number {
  return [...graph.constants.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
}
