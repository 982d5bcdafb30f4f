import { type Document, isMap, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import { type Issue, type Parsed, parsed, refused } from '../../core/parsed.js';

/** A field of a configuration: `['array', 'rows']`. */
export type FieldPath = readonly PropertyKey[];

/** A configuration text, read but not understood. JSON is YAML. */
export interface ConfigSource {
  readonly file: string;
  readonly text: string;
  readonly value: unknown;
  /** Where a field's name (in a list: its value) begins, or null where this file does not mention it. */
  readonly offsetOf: (path: FieldPath) => number | null;
  /** `file:line:column`. */
  readonly positionAt: (offset: number) => string;
}

const MOST_CHARACTERS = 64 * 1024;
/** Deep nesting exhausts the memory of the parser: 30,000 opening brackets end the process. */
const MOST_BRACKETS = 256;

/** YAML or JSON → plain values with positions. Huge texts, and aliases, which can stand for huge values, are refused. */
export function readConfigText(text: string, file: string): Parsed<ConfigSource> {
  if (text.length > MOST_CHARACTERS) {
    const got = `${text.length} characters`;
    return refused([{ path: file, got, expected: `a configuration of at most ${MOST_CHARACTERS}` }]);
  }
  const brackets = text.match(/[[{]/g)?.length ?? 0;
  if (brackets > MOST_BRACKETS) {
    return refused([{ path: file, got: `${brackets} brackets`, expected: `at most ${MOST_BRACKETS}` }]);
  }
  const lineCounter = new LineCounter();
  const positionAt = (offset: number): string => {
    const { line, col } = lineCounter.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const document = parseDocument(text, { lineCounter, prettyErrors: false, logLevel: 'error' });
  const issues = [...syntaxIssues(document, positionAt), ...aliasIssues(document, positionAt)];
  if (issues.length > 0) return refused(issues);

  const value: unknown = document.toJS();
  return parsed({ file, text, value, offsetOf: (path) => offsetIn(document, path), positionAt });
}

function syntaxIssues(document: Document.Parsed, positionAt: ConfigSource['positionAt']): Issue[] {
  return document.errors.map(({ pos, message }) => ({
    path: positionAt(pos[0]),
    got: `a syntax error (${message})`,
    expected: 'YAML or JSON',
  }));
}

function aliasIssues(document: Document.Parsed, positionAt: ConfigSource['positionAt']): Issue[] {
  const issues: Issue[] = [];
  visit(document, {
    Alias: (_key, alias) => {
      const path = positionAt(alias.range?.[0] ?? 0);
      issues.push({ path, got: `the alias *${alias.source}`, expected: "values spelled out, or 'extends'" });
    },
  });
  return issues;
}

function offsetIn(document: Document.Parsed, path: FieldPath): number | null {
  const parent: unknown = path.length <= 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const name = path.at(-1);
  const node = isMap(parent)
    ? parent.items.find(({ key }) => isScalar(key) && key.value === name)?.key
    : document.getIn(path, true);
  const range = (node as { readonly range?: readonly number[] } | null | undefined)?.range;
  return range?.[0] ?? null;
}
