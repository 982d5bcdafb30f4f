import { namingFile } from '../../core/errors.js';
import { encodingsOf } from '../../exporters/encodings.js';
import { onnxQdqModel } from '../../exporters/onnx-qdq/write.js';
import { writeEncodings, type EncodingsVersion } from '../../formats/aimet-encodings.js';
import { writeOnnxModel } from '../../formats/onnx-writer.js';
import type { IntGraph } from '../../ir/graph.js';
import { groupThousands } from '../../report/numbers.js';
import type { ExportArguments, ExportFormat } from '../commands/export.js';
import type { Io } from '../io.js';
import { integerModel } from '../model-source.js';

/** A file of one format, and what a summary says of it. */
interface ExportedFile {
  readonly bytes: Uint8Array;
  readonly facts: Readonly<Record<string, number>>;
}

const WRITERS: Readonly<Record<ExportFormat, (graph: IntGraph) => ExportedFile>> = {
  'onnx-qdq': (graph) => {
    const model = onnxQdqModel(graph);
    const facts = { opset: model.opsetImports[0]!.version, nodes: model.graph.nodes.length };
    return { bytes: writeOnnxModel(model), facts };
  },
  'aimet-0.6.1': (graph) => encodingsFile(graph, '0.6.1'),
  'aimet-1.0.0': (graph) => encodingsFile(graph, '1.0.0'),
};

function encodingsFile(graph: IntGraph, version: EncodingsVersion): ExportedFile {
  const encodings = encodingsOf(graph);
  const facts = { activations: encodings.activations.size, parameters: encodings.parameters.size };
  return { bytes: new TextEncoder().encode(writeEncodings(encodings, version)), facts };
}

/** `bitmac export`: an integer model in a format that others read. */
export async function exportModel(io: Io, args: ExportArguments): Promise<void> {
  const { integer } = await integerModel(io, args.model, args);
  const { bytes, facts } = namingFile(args.model, () => WRITERS[args.format](integer));
  await io.writeFile(args.output, bytes);
  if (args.json) {
    const { model, output, format } = args;
    io.out(JSON.stringify({ model, output, format, bytes: bytes.length, ...facts }, null, 2));
    return;
  }
  const listed = Object.entries(facts).map(([name, value]) => `${name} ${value}`);
  io.out(
    [`${args.output}: ${groupThousands(bytes.length)} bytes`, `  ${args.format}, ${listed.join(', ')}`].join(
      '\n',
    ),
  );
}
