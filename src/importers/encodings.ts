import { problemsIn, type Issue } from '../core/parsed.js';
import type { AffineEncoding, Encoding, Encodings } from '../formats/aimet-encodings.js';
import type { GivenGrid, GivenGrids } from '../ir/given-grids.js';

/**
 * The grids of a file's encodings, for signed codes: AIMET counts codes from 0, so a code is 2^(bits−1) less here, and
 *
 *     zero point = −offset − 2^(bits−1)        (qualcomm/aimet@0e1f53703, qc_quantize_op.py, `_export_2_0_0_encodings`)
 *
 * A strict symmetric encoding, whose offset is −(2^(bits−1) − 1), has as many codes on either side of zero: the codes
 * ±(2^(bits−1) − 1) of zero point 0 (there, `_get_symmetric_properties`). Encodings of floating-point type have no grid and
 * are left out; `floatNames` lists them.
 *
 * @throws UserError with every encoding that is no such grid: per block, with zero points that differ, or without zero.
 */
export function gridsOfEncodings({ activations, parameters }: Encodings, file: string | null): GivenGrids {
  const issues: Issue[] = [];
  const grids = {
    file,
    activations: sectionGrids(activations, 'activation', issues),
    parameters: sectionGrids(parameters, 'parameter', issues),
  };
  if (issues.length > 0) throw problemsIn(file, issues);
  return grids;
}

/** Tensors that a file leaves in floating point. */
export function floatNames({ activations, parameters }: Encodings): readonly string[] {
  return [...activations, ...parameters].filter(([, { kind }]) => kind === 'float').map(([name]) => name);
}

function sectionGrids(
  encodings: ReadonlyMap<string, Encoding>,
  what: string,
  issues: Issue[],
): Map<string, GivenGrid> {
  const grids = new Map<string, GivenGrid>();
  for (const [name, encoding] of encodings) {
    if (encoding.kind === 'float') continue;
    const problem = encoding.kind === 'block' ? blockProblem(encoding.type) : gridProblem(encoding);
    if (problem !== null) issues.push({ path: `${what} '${name}'`, ...problem });
    else if (encoding.kind === 'affine') grids.set(name, gridOf(encoding));
  }
  return grids;
}

type Problem = Omit<Issue, 'path'>;

function blockProblem(type: string): Problem {
  return { got: type, expected: 'PER_TENSOR or PER_CHANNEL: layers have a scale per output channel at most' };
}

function gridProblem({ bits, offsets }: AffineEncoding): Problem | null {
  const [first] = offsets;
  const lowest = 1 - 2 ** bits;
  const outside = offsets.find((offset) => !(offset >= lowest && offset <= 0));
  if (outside !== undefined)
    return {
      got: `offset ${outside}`,
      expected: `${lowest} … 0, so that zero has a code of its ${bits} bits`,
    };
  const other = offsets.find((offset) => offset !== first);
  return other === undefined
    ? null
    : { got: `offsets ${first} and ${other}`, expected: 'one zero point for all channels' };
}

function gridOf({ bits, symmetric, scales, offsets }: AffineEncoding): GivenGrid {
  const half = 2 ** (bits - 1);
  const offset = offsets[0]!;
  const strict = symmetric && offset === 1 - half;
  return { bits, scales, zeroPoint: strict ? 0 : -offset - half + 0 };
}
