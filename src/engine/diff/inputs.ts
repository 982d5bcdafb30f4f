import { UserError } from '../../core/errors.js';
import type { Graph, Port } from '../../ir/graph.js';
import { toInside, toOutside } from '../../kernels/ports.js';
import {
  elementCount,
  inversePermutation,
  permuteShape,
  sameShape,
  shapeText,
  type Shape,
} from '../../tensor/shape.js';
import { withShape, type Tensor } from '../../tensor/tensor.js';
import { toReals } from '../edges.js';
import { squeezed } from './match.js';
import { sameType } from './side.js';

/**
 * Turns inputs of one graph into those of another form of the same network: the real numbers that they stand for, or the same
 * codes where both take such, with their axes in the order of the other's file.
 *
 * @throws UserError where the inputs of the two do not go together.
 */
export function inputsFor(first: Graph, second: Graph): (inputs: readonly Tensor[]) => Tensor[] {
  if (first.inputs.length !== second.inputs.length) {
    throw new UserError({
      place: 'inputs',
      found: `${second.inputs.length}`,
      expected: `${first.inputs.length}, as many as the first model has`,
    });
  }
  const carriers = second.inputs.map((port, position) => {
    const named = first.inputs.findIndex(({ name }) => name === port.name);
    const from = named < 0 ? position : named;
    return { from, carry: carrierOf(first, first.inputs[from]!, second, port) };
  });
  return (inputs) => carriers.map(({ from, carry }) => carry(inputs[from]!));
}

function carrierOf(first: Graph, a: Port, second: Graph, b: Port): (input: Tensor) => Tensor {
  const [from, to] = [first.values.get(a.value)!, second.values.get(b.value)!];
  const [given, wanted] = [inputShape(first, a), inputShape(second, b)];
  const taken = sameType(from.type, to.type)
    ? (input: Tensor): Tensor => input
    : (input: Tensor): Tensor => toReals(from, input);
  if (sameShape(given, wanted)) return taken;
  if (sameShape(from.shape, to.shape)) {
    // `toOutside` reads a port as an output: the other way round.
    const order = b.permutation === null ? null : inversePermutation(b.permutation);
    return (input) => toOutside({ ...b, permutation: order }, toInside(a, taken(input)));
  }
  const isFlat = [given, wanted].some((shape) => squeezed(shape).length <= 1);
  if (isFlat && elementCount(given) === elementCount(wanted))
    return (input) => withShape(taken(input), wanted);
  throw new UserError({
    place: `input '${b.name}'`,
    found: shapeText(wanted),
    expected: `${shapeText(given)}, as of the first model`,
    suggestion: 'give two forms of one network',
  });
}

/** The shape of an input in the axes of the source model. */
function inputShape(graph: Graph, { value, permutation }: Port): Shape {
  const inside = graph.values.get(value)!.shape;
  return permutation === null ? inside : permuteShape(inside, inversePermutation(permutation));
}
