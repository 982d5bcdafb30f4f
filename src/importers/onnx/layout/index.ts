import type { FloatGraph } from '../../../ir/graph.js';
import { withoutDeadNodes } from '../../../ir/use.js';
import { absorbIntoWeights } from './absorb-into-weights.js';
import { sweepNode } from './rules.js';
import { sinkReshapes } from './sink-reshapes.js';
import { LayoutSweep, type InputOrders } from './sweep.js';
import { isIdentity } from './view.js';

/**
 * The same computation with as few transposes as can be: the importer brackets every spatial operator with them, and in an
 * ordinary CNN all of them go, into one another, into constants, weights and ports.
 */
export function removeTransposes(graph: FloatGraph): FloatGraph {
  let orders: InputOrders = new Map();
  let best = cheaper(swept(graph, orders), sinkReshapes(graph));
  for (const { value } of graph.inputs) {
    const rank = graph.values.get(value)!.shape.length;
    for (const order of candidateOrders(best, rank)) {
      const candidateOrder = new Map([...orders, [value, order]]);
      const candidate = cheaper(best, swept(graph, candidateOrder));
      if (candidate !== best) [orders, best] = [candidateOrder, candidate];
    }
  }
  return sinkReshapes(absorbIntoWeights(best));
}

function swept(graph: FloatGraph, inputOrders: InputOrders): FloatGraph {
  const sweep = new LayoutSweep(graph, inputOrders);
  for (const node of graph.nodes) sweepNode(sweep, node);
  return sinkReshapes(withoutDeadNodes(sweep.finish()));
}

/** Orders worth trying for an input of `rank` axes: channels last, and those that are asked for anywhere. */
function candidateOrders(graph: FloatGraph, rank: number): readonly (readonly number[])[] {
  const asked = graph.nodes.flatMap((node) =>
    node.op === 'transpose' && node.permutation.length === rank ? [node.permutation] : [],
  );
  const channelsLast = [...Array.from({ length: rank }, (_, axis) => axis).filter((axis) => axis !== 1), 1];
  const candidates = rank > 2 ? [channelsLast, ...asked] : asked;
  const distinct = new Map(candidates.map((order) => [order.join(), order]));
  return [...distinct.values()].filter((order) => !isIdentity(order)).slice(0, mostCandidates);
}

const mostCandidates = 4;

/** The second graph where it moves less than the first. */
function cheaper(first: FloatGraph, second: FloatGraph): FloatGraph {
  return movementCost(second) < movementCost(first) ? second : first;
}

/** Transposes, then reshapes: what the layout of a graph costs. */
function movementCost({ nodes }: FloatGraph): number {
  const transposes = nodes.filter(({ op }) => op === 'transpose').length;
  return transposes * (nodes.length + 1) + nodes.filter(({ op }) => op === 'reshape').length;
}
