import { UserError } from '../../src/core/errors.js';
import type { FloatGraph, IntGraph } from '../../src/ir/graph.js';
import { printGraph } from '../../src/ir/print.js';
import { graphProblems } from '../../src/ir/verify.js';
import { integerGraphProblems } from '../../src/ir/verify-integer.js';
import type { OnnxImportOptions } from '../../src/importers/onnx/options.js';
import { WatchedFolder } from './external-files.js';

/** What became of a mutant. The first two are what should. */
export const VERDICTS = [
  'graph',
  'user error',
  'unclear error',
  'malformed graph',
  'crash',
  'outside file',
  'too slow',
  'too big',
] as const;
export type Verdict = (typeof VERDICTS)[number];

export const isFailure = (verdict: Verdict): boolean => verdict !== 'graph' && verdict !== 'user error';

export interface Finding {
  readonly verdict: Verdict;
  /** The error's text, the broken rule, or the path asked for; empty for a graph. */
  readonly detail: string;
}

/** A way to read a model: gives a graph, or only looks at the bytes. */
export type Read = (bytes: Uint8Array, options: OnnxImportOptions) => FloatGraph | IntGraph | null;

/** Longest message a person can be expected to read, in characters, beside the file's name and our own list of what is accepted. */
export const LONGEST_MESSAGE = 500;

/** Reads the bytes as if they were `file`, in a folder that is watched, and looks at what comes of it. */
export function judge(read: Read, bytes: Uint8Array, file: string): Finding {
  const folder = new WatchedFolder(file);
  const finding = findingOf(() => read(bytes, { file, readExternal: folder.readExternal }), file);
  return folder.outside === null ? finding : { verdict: 'outside file', detail: folder.outside };
}

function findingOf(read: () => FloatGraph | IntGraph | null, file: string): Finding {
  try {
    const graph = read();
    const [problem] = graph === null ? [] : problemsOf(graph);
    if (problem !== undefined) return { verdict: 'malformed graph', detail: problem };
    if (graph !== null) printGraph(graph);
    return { verdict: 'graph', detail: '' };
  } catch (error) {
    if (!(error instanceof UserError)) return { verdict: 'crash', detail: stackOf(error) };
    const unclear = whyUnclear(error, file);
    return unclear === null
      ? { verdict: 'user error', detail: error.message }
      : { verdict: 'unclear error', detail: `${unclear}: ${error.message.slice(0, 2 * LONGEST_MESSAGE)}` };
  }
}

function problemsOf(graph: FloatGraph | IntGraph): readonly string[] {
  const problems = graphProblems(graph);
  return problems.length > 0 || graph.dialect === 'float' ? problems : integerGraphProblems(graph);
}

/** What keeps a person from using a message, or null where nothing does. */
export function whyUnclear(error: UserError, file: string): string | null {
  const { message, details } = error;
  if (!message.startsWith(`${file}: `)) return 'does not begin with the name of the file';
  if (details.found.trim() === '') return 'does not say what was found';
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(message)) return 'has line breaks or control characters';
  if (/\n\s+at /.test(message)) return 'has a stack trace';
  const length = message.length - file.length - (details.expected?.length ?? 0);
  return length > LONGEST_MESSAGE ? `has ${length} characters` : null;
}

function stackOf(error: unknown): string {
  return error instanceof Error
    ? (error.stack ?? error.message).split('\n').slice(0, 5).join(' | ')
    : String(error);
}
