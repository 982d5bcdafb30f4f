import { UserError } from '../../core/errors.js';
import type { OnnxNode } from '../../formats/onnx.js';

/** A node of the source graph and the name we call it by. */
export interface SourceNode {
  readonly name: string;
  /** Position in the file. */
  readonly index: number;
  readonly node: OnnxNode;
}

/** `Conv 'stem'` as messages place it: `node 'stem' (Conv)`. */
export function placeOf({ name, node }: SourceNode): string {
  return `node '${name}' (${operatorName(node)})`;
}

/** The operator with its domain, unless that is ONNX's own. */
export function operatorName({ domain, opType }: OnnxNode): string {
  return isOnnxDomain(domain) ? opType : `${domain}.${opType}`;
}

/** ONNX's own operators have two spellings of their domain. */
export const isOnnxDomain = (domain: string): boolean => domain === '' || domain === 'ai.onnx';

/** Names every node: the file's own name where it has one, else operator and position. */
export function nameNodes(nodes: readonly OnnxNode[]): SourceNode[] {
  return nodes.map((node, index) => ({ name: node.name || `${node.opType}_${index}`, index, node }));
}

/**
 * The nodes so that each comes after those it reads; nodes that are in order already stay where they are. ONNX demands
 * such an order of a file (IR.md, "Graphs"), yet not every exporter keeps it.
 *
 * Refuses a value that two nodes make or that is both made and given, a value that nobody makes, and cycles.
 */
export function inTopologicalOrder(nodes: readonly SourceNode[], given: ReadonlySet<string>): SourceNode[] {
  const makers = makersOf(nodes, given);
  const ordered: SourceNode[] = [];
  const state = new Map<SourceNode, 'open' | 'done'>();
  for (const root of nodes) {
    const path: { readonly node: SourceNode; readonly needs: SourceNode[] }[] = [];
    const open = (node: SourceNode): void => {
      state.set(node, 'open');
      path.push({ node, needs: makersRead(node, makers, given) });
    };
    if (!state.has(root)) open(root);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const next = top.needs.pop();
      if (next === undefined) {
        state.set(top.node, 'done');
        ordered.push(top.node);
        path.pop();
      } else if (!state.has(next)) open(next);
      else if (state.get(next) === 'open') {
        throw new UserError({
          place: placeOf(next),
          found: 'a node that depends on its own output',
          expected: 'a graph without cycles',
        });
      }
    }
  }
  return ordered;
}

function makersOf(nodes: readonly SourceNode[], given: ReadonlySet<string>): Map<string, SourceNode> {
  const makers = new Map<string, SourceNode>();
  for (const source of nodes) {
    for (const output of source.node.outputs) {
      if (output === '') continue;
      const other = makers.get(output);
      if (other !== undefined || given.has(output)) {
        const maker = other === undefined ? 'is an input or initializer' : `is made by '${other.name}'`;
        throw new UserError({
          place: placeOf(source),
          found: `output '${output}', which already ${maker}`,
          expected: 'names that are given once',
        });
      }
      makers.set(output, source);
    }
  }
  return makers;
}

function makersRead(
  source: SourceNode,
  makers: ReadonlyMap<string, SourceNode>,
  given: ReadonlySet<string>,
): SourceNode[] {
  return source.node.inputs
    .filter((name) => name !== '' && !given.has(name))
    .map((name) => {
      const maker = makers.get(name);
      if (maker === undefined) {
        throw new UserError({
          place: placeOf(source),
          found: `input '${name}', which nothing makes`,
          expected: 'a graph input, an initializer or the output of another node',
        });
      }
      return maker;
    })
    .reverse();
}
