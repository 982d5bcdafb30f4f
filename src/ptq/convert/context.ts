import { assert, UserError } from '../../core/errors.js';
import { maxOf, minOf, type IntFormat } from '../../arith/int-format.js';
import { requantizerFor, stackRequantizerFor } from '../../arith/requantizer-for.js';
import type { Requantizer, StackRequantizer } from '../../arith/requantizer.js';
import { ruleOf } from '../../arith/requantizers/registry.js';
import type { GraphBuilder } from '../../ir/builder.js';
import type { FloatGraph, ValueId } from '../../ir/graph.js';
import type { IntNode } from '../../ir/operators.js';
import { regriddedStem } from '../../ir/regridded.js';
import { storageType, tensorFrom, type FloatTensor } from '../../tensor/tensor.js';
import { realToCode } from '../../arith/affine.js';
import { GridsByName } from '../given-grids.js';
import { asymmetricGrid, typeOfGrid, type Grid, type ScaleRule } from '../grid.js';
import { Extremes } from '../observe/histogram.js';
import type { Recipe, RequantizerChoice } from '../recipe.js';

/** What converting a node needs to know: the float graph, the grids chosen, the recipe, and where to put the result. */
export class ConversionContext {
  readonly graph: FloatGraph;
  readonly recipe: Recipe;
  readonly builder: GraphBuilder<IntNode>;
  readonly note: (text: string) => void;
  /** Grids given for parameters. */
  readonly given: GridsByName;
  readonly warn: (text: string) => void;
  readonly #gridOf: (id: ValueId) => Grid;
  readonly #operands = new Map<ValueId, { readonly id: ValueId; readonly grid: Grid }>();

  constructor(
    graph: FloatGraph,
    recipe: Recipe,
    builder: GraphBuilder<IntNode>,
    gridOf: (id: ValueId) => Grid,
    note: (text: string) => void,
    given: GridsByName = new GridsByName(undefined, graph, recipe),
    warn: (text: string) => void = () => undefined,
  ) {
    this.graph = graph;
    this.recipe = recipe;
    this.builder = builder;
    this.note = note;
    this.given = given;
    this.warn = warn;
    this.#gridOf = gridOf;
  }

  get scaleRule(): ScaleRule {
    return this.recipe.requantizer === 'shift' ? 'powerOfTwo' : 'free';
  }

  get activationFormat(): IntFormat {
    return { bits: this.recipe.activationBits, signed: true };
  }

  /** The largest difference between two activation codes, and so between a code and its zero point. */
  get activationExtent(): number {
    return maxOf(this.activationFormat) - minOf(this.activationFormat);
  }

  /** The grid of an activation. */
  grid(id: ValueId): Grid {
    return this.#gridOf(id);
  }

  constant(id: ValueId | undefined): FloatTensor | undefined {
    return id === undefined ? undefined : (this.graph.constants.get(id) as FloatTensor | undefined);
  }

  /**
   * A requantizer for real factors, of the recipe's choice or of another.
   *
   * @param bounds the largest magnitude that each factor meets, one per factor.
   * @throws UserError where no multiplier can express a factor, or where a sum could leave what the requantizer holds for
   * (gemmlowp's left shift, which wraps, int32). Both mean that an output range is vanishingly small.
   */
  requantizer(
    place: string,
    factors: readonly number[],
    bounds: readonly number[],
    choice: RequantizerChoice = this.recipe.requantizer,
  ): Requantizer {
    const largest = factors.reduce((most, factor) => Math.max(most, factor), 0);
    if (!(largest < 2 ** 30)) refuse(place, `a requantization factor of ${largest}`, 'below 2^30');
    if (choice !== 'single' && choice !== 'double' && choice !== 'shift') {
      const stack = stackRequantizerFor(factors, choice);
      if (stack === null)
        return refuse(place, `a requantization factor of ${largest}`, `one that ${choice} has`);
      requireContract(place, stack, bounds);
      return stack;
    }
    const requantizer = requantizerFor(factors, choice);
    if (requantizer.kind === 'doubleRounding') {
      requantizer.leftShifts.forEach((shift, k) => {
        const shifted = bounds[k]! * 2 ** shift;
        if (shift > 0 && shifted >= 2 ** 31)
          refuse(place, `sums of up to ${shifted} after a left shift`, 'int32');
      });
    }
    return requantizer;
  }

  /**
   * A requantizer of the vector unit for a factor that is no power of two in any recipe (a division by a count, a
   * fixed-point constant): the shift-only recipe has a multiplier there too, with one rounding.
   */
  vectorRequantizer(place: string, factor: number, bound: number): Requantizer {
    const choice = this.recipe.requantizer;
    return this.requantizer(place, [factor], [bound], choice === 'shift' ? 'single' : choice);
  }

  /** An id for a new value, which no activation of the float graph will claim either. */
  freshId(stem: string): ValueId {
    const { values, constants } = this.graph;
    let id = this.builder.freshId(stem);
    for (let count = 1; values.has(id) && !constants.has(id); count += 1)
      id = this.builder.freshId(`${stem}.new${count}`);
    return id;
  }

  /** Appends a node whose output lies on a grid. */
  emit(node: IntNode, grid: Grid): void {
    this.builder.addNode(node, typeOfGrid(grid));
  }

  /**
   * An operand of an element-wise operator: an activation as it is, or a constant quantized on its own grid, once, which
   * keeps its name.
   */
  operand(id: ValueId): { readonly id: ValueId; readonly grid: Grid } {
    const constant = this.constant(id);
    if (constant === undefined) return { id, grid: this.grid(id) };
    const known = this.#operands.get(id);
    if (known !== undefined) return known;
    const grid = this.given.operand([id]) ?? this.#gridOfConstant(constant);
    const operand = { id: this.#addQuantized(id, constant, grid), grid };
    this.#operands.set(id, operand);
    return operand;
  }

  #gridOfConstant({ data }: FloatTensor): Grid {
    const extremes = new Extremes();
    extremes.add(data);
    return asymmetricGrid(extremes, this.activationFormat, this.scaleRule);
  }

  /**
   * `id` on the grid `target`: itself where it is there already, a constant quantized there, else a `requantize` node.
   */
  onGrid(node: string, id: ValueId, target: Grid): ValueId {
    const constant = this.constant(id);
    if (constant !== undefined) return this.#addQuantized(`${node}.constant`, constant, target);
    const source = this.grid(id);
    if (source.scale === target.scale && source.zeroPoint === target.zeroPoint) return id;
    const moved = this.freshId(regriddedStem(id));
    this.emit(
      {
        op: 'requantize',
        name: this.builder.freshNodeName(moved),
        inputs: [id],
        output: moved,
        inputZeroPoint: source.zeroPoint,
        requantizer: this.requantizer(node, [source.scale / target.scale], [this.activationExtent]),
        outputZeroPoint: target.zeroPoint,
        clamp: { min: minOf(target.format), max: maxOf(target.format) },
      },
      target,
    );
    return moved;
  }

  #addQuantized(stem: string, constant: FloatTensor, grid: Grid): ValueId {
    const codes = Array.from(constant.data, (value) =>
      realToCode(value, grid.scale, grid.zeroPoint, grid.format),
    );
    const data = tensorFrom(storageType(grid.format), constant.shape, codes);
    return this.builder.addConstant(this.freshId(stem), data, typeOfGrid(grid));
  }

  /** An int32 sum must hold `bound`; the promise every array operator of an integer graph makes. */
  requireInt32(place: string, bound: number): void {
    assert(Number.isFinite(bound), 'a bound is a number', { place, bound });
    if (bound < 2 ** 31) return;
    throw new UserError({
      place: `node '${place}'`,
      found: `sums of up to ${bound}`,
      expected: 'accumulators that fit int32',
      suggestion: 'use fewer weight bits: the summed dimension is too long for a 32-bit accumulator',
    });
  }
}

function refuse(
  place: string,
  found: string,
  expected: string,
  suggestion = 'its output range is vanishingly small beside its inputs: calibrate with data that reaches it',
): never {
  throw new UserError({ place: `node '${place}'`, found, expected, suggestion });
}

/** Sums up to the bounds, of either sign, must lie within what the stack's rule is defined for. */
function requireContract(
  place: string,
  { rule, channels }: StackRequantizer,
  bounds: readonly number[],
): void {
  const { contract, holds } = ruleOf(rule);
  const output = { zeroPoint: 0, min: -128, max: 127 };
  channels.forEach((parameters, k) => {
    const bound = BigInt(Math.ceil(bounds[k]!));
    if (holds({ acc: bound, parameters, output }) && holds({ acc: -bound, parameters, output })) return;
    refuse(
      place,
      `sums of up to ${bound}`,
      `what ${rule} holds for (${contract})`,
      'choose another requantizer; where the output range is vanishingly small, calibrate with data that reaches it',
    );
  });
}
