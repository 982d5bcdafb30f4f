/** One edit of one source file that makes a fast requantizer wrong. */
export interface Mutant {
  readonly family: string;
  /** What is broken, in words. */
  readonly what: string;
  /** Under `src/kernels/fast/`. */
  readonly file: string;
  /** Found exactly once in the file. */
  readonly find: string;
  readonly replace: string;
}

type Edit = readonly [what: string, find: string, replace: string];

const mutants = (family: string, file: string, edits: readonly Edit[]): Mutant[] =>
  edits.map(([what, find, replace]) => ({ family, file, what, find, replace }));

/** For every family at least: the direction of ties, a saturation or a wrap that is missing, a shift that is off by one. */
export const MUTANTS: readonly Mutant[] = [
  ...mutants('rounding modes', 'rounding-addends.ts', [
    ['halfUp sends ties down', 'addends: [half, half]', 'addends: [aboveHalf, aboveHalf]'],
    [
      'halfAwayFromZero sends negative ties up',
      "case 'halfAwayFromZero':\n      return { chosenBy: 'sign', addends: [half, aboveHalf] }",
      "case 'halfAwayFromZero':\n      return { chosenBy: 'sign', addends: [half, half] }",
    ],
    [
      'halfEven sends ties to the odd neighbour',
      "chosenBy: 'parity', addends: [aboveHalf, half]",
      "chosenBy: 'parity', addends: [half, aboveHalf]",
    ],
    ['towardZero rounds down', 'addends: [0n, almost]', 'addends: [0n, 0n]'],
    ['jam rounds down', "'parity', addends: [almost, 0n]", "'parity', addends: [0n, 0n]"],
  ]),
  ...mutants('one product', 'requantizers/product.ts', [
    ['shift off by one', '2 ** (restBits - shift);', '2 ** (restBits - shift + 1);'],
    ['addends of the other sign', 'acc < 0 ? negative : positive;', 'acc < 0 ? positive : negative;'],
    ['addends of the other parity', '& 1 ? odd : even;', '& 1 ? even : odd;'],
    ['long shifts do not wrap', 'round(acc) | 0;', 'round(acc);'],
    [
      'short shifts do not wrap',
      '(highTop + lowTop + topAddend + carry) | 0;',
      'highTop + lowTop + topAddend + carry;',
    ],
    [
      'short shifts: the high part is not reduced',
      '(Math.floor(acc * 2 ** -16) * highMultiplier) | 0;',
      'Math.floor(acc * 2 ** -16) * highMultiplier;',
    ],
    ['short shifts: ties go down', 'restUnit + rest >= restUnit', 'restUnit + rest > restUnit'],
    ['short shifts: off by one', '2 ** (16 - shift);', '2 ** (17 - shift);'],
    ['the rest always carries where it may', 'addends[0] === addends[1] && first.rest === 0', 'true'],
    ['TOSA double: the nudge does not follow the sign', 'half - nudge', 'half + nudge'],
    ['TOSA double: nudged one shift too early', 'shift > 31', 'shift > 30'],
  ]),
  ...mutants('high half', 'fixed-point.ts', [
    ['ties go down', '(topOfProduct(a, b) + 2 ** 14)', '(topOfProduct(a, b) + 2 ** 14 - 1)'],
    ['shift off by one', '+ 2 ** 14) * 2 ** -15', '+ 2 ** 14) * 2 ** -14'],
    ['rounded to nearest where it is cut', 'Math.floor(topOfProduct(a, b) * 2 ** -15)', 'highMultiply(a, b)'],
  ]),
  ...mutants('two roundings', 'requantizers/twice.ts', [
    [
      'the second rounding takes the addend of the other sign',
      '(high + (high < 0 ? negative : positive)) * scale',
      '(high + (high < 0 ? positive : negative)) * scale',
    ],
    [
      'the sum before the shift does not wrap',
      '((high + (high < 0 ? negative : positive)) | 0) >> rightShift',
      'Math.floor((high + (high < 0 ? negative : positive)) * 2 ** -rightShift)',
    ],
    ['ties after the cut go down', '2 ** (rightShift - 1);', '2 ** (rightShift - 1) - 1;'],
    ['the first shift wraps where it saturates', 'saturate32(acc * unit)', '(acc * unit) | 0'],
    ['shift off by one', 'Math.max(-leftShift, 0)', 'Math.max(1 - leftShift, 0)'],
  ]),
  ...mutants('fixed-point rules', 'requantizers/fixed-point-rules.ts', [
    [
      'TFLite single: shift off by one',
      "p.multiplier, 31 - p.leftShift, 'halfUp'),\n",
      "p.multiplier, 30 - p.leftShift, 'halfUp'),\n",
    ],
    ['vector single: no bit to the right', 'rightShift: -Math.min(-1', 'rightShift: -Math.min(0'],
    [
      'int64: shift off by one',
      'halveAfterCut(reduceMultiplier(p.multiplier), 14',
      'halveAfterCut(reduceMultiplier(p.multiplier), 15',
    ],
    [
      'int64: multiplier not reduced',
      'wrapProduct(reduceMultiplier(p.multiplier)',
      'wrapProduct(p.multiplier >> 16',
    ],
    ['mantissa: shift off by one', 'rightShift: shift - 24', 'rightShift: shift - 23'],
    [
      'mantissa: ties up on both sides',
      "ofMantissa(p, 'halfAwayFromZero')),\n    'xnnpack-gemmlowp'",
      "ofMantissa(p, 'halfUp')),\n    'xnnpack-gemmlowp'",
    ],
  ]),
  ...mutants('float scale', 'requantizers/float-scale.ts', [
    ['ties go up', 'roundHalfEven(multiply(acc, scale))', 'Math.floor(multiply(acc, scale) + 0.5)'],
    ['the accumulator is not a float32', 'Math.fround(Math.fround(acc) * scale)', 'Math.fround(acc * scale)'],
    ['the product is not a float32', 'Math.fround(Math.fround(acc) * scale)', 'Math.fround(acc) * scale'],
    [
      'the zero point is added after the rounding',
      'roundHalfEven(acc * scale + zeroPoint)',
      'roundHalfEven(acc * scale) + zeroPoint',
    ],
    [
      'float64: the product is a float32',
      'const product = acc * scale',
      'const product = Math.fround(acc * scale)',
    ],
    [
      'float64: the accumulator is a float32',
      'const product = acc * scale',
      'const product = Math.fround(acc) * scale',
    ],
    ['float64: ties go toward zero', 'magnitude - below >= 0.5', 'magnitude - below > 0.5'],
    ['float64: ties go to even', 'magnitude - below >= 0.5 ? below + 1 : below', 'roundHalfEven(magnitude)'],
    ['float64: negative ties go up', '-rounded : rounded', '-Math.ceil(magnitude - 0.5) : rounded'],
    ['float64: half is added', 'magnitude - below >= 0.5 ? below + 1 : below', 'Math.floor(magnitude + 0.5)'],
    ['C model: ties go toward zero', '(remainder === 0.5 && toward % 2 === 0)', 'remainder === 0.5'],
    ['C model: the neighbour is exact', 'Math.fround(v < 0 ? v - 1 : v + 1)', 'v < 0 ? v - 1 : v + 1'],
  ]),
  ...mutants('float rules', 'requantizers/float-rules.ts', [
    [
      'no indefinite integer',
      "narrow(nearestProduct(p.scale), 'lowestWhereBeyond32')",
      'nearestProduct(p.scale)',
    ],
    [
      'float64: no indefinite integer',
      "narrow(awayFromZero(p.scale), 'lowestWhereBeyond32')",
      'awayFromZero(p.scale)',
    ],
    [
      'float64: saturation to int32',
      "narrow(awayFromZero(p.scale), 'lowestWhereBeyond32')",
      "narrow(awayFromZero(p.scale), 'saturate32')",
    ],
    ['float64: the sum with the zero point does not wrap', 'finish: addWrapping', 'finish: addExactly'],
    ['no saturation to int32', "narrow(nearestProduct(p.scale), 'saturate32')", 'nearestProduct(p.scale)'],
  ]),
  ...mutants('converters', 'requantizers/converters.ts', [
    ['NVDLA: ties go toward zero', 'Math.floor(Math.abs(value) + 0.5)', 'Math.ceil(Math.abs(value) - 0.5)'],
    ['NVDLA: shift off by one', 'multiplier * 2 ** -shift', 'multiplier * 2 ** (1 - shift)'],
    ['NVDLA: the operand does not saturate', 'saturate32(operand * 2 ** shift)', 'operand * 2 ** shift'],
    [
      'rndnu16: no saturation to int16',
      'saturate16(Math.floor(acc * unit + 0.5))',
      'Math.floor(acc * unit + 0.5)',
    ],
    ['rndnu16: ties go down', 'multiplier + 2 ** 14)', 'multiplier + 2 ** 14 - 1)'],
    ['rndnu16: the move truncates', 'acc * unit + 0.5', 'acc * unit'],
    ['stochastic: the carry comes too late', '>= threshold', '> threshold'],
    ['stochastic: shift off by one', 'Math.floor(acc * scale)', 'Math.floor(acc * scale * 2)'],
    [
      'PULP-NN: the sum does not wrap',
      '((Math.imul(acc, multiplier) + offset) | 0) >> shift',
      'Math.floor((Math.imul(acc, multiplier) + offset) * 2 ** -shift)',
    ],
    ['VTA: to the left it does not wrap', 'acc << -shift', 'acc * 2 ** -shift'],
    ['VTA: shift off by one', 'acc >> shift;', 'acc >> (shift - 1);'],
  ]),
  ...mutants('rules of hardware', 'requantizers/exact-rules.ts', [
    ['NVDLA: no saturation to 17 bits', "p.truncate), 'saturate17')", "p.truncate), 'saturate32')"],
    [
      'RISC-V vsmul: no saturation',
      "narrow(roundProduct(p.multiplier, 31, mode), 'saturate32')",
      'roundProduct(p.multiplier, 31, mode)',
    ],
    ['RISC-V vnclip: no saturation', "mode), 'saturate8')", "mode), 'saturate32')"],
    ['Gemmini: ties go up', "p.shift, 'halfEven')", "p.shift, 'halfUp')"],
    ['to the left by one too many', '2 ** Math.max(-bits, 0)', '2 ** Math.max(1 - bits, 0)'],
  ]),
  ...mutants('ap_fixed overflow', 'requantizers/overflow.ts', [
    ['AP_SAT does not saturate', 'clamp(round(acc), lowest, highest)', 'round(acc)'],
    ['AP_SAT_SYM keeps the lowest value', 'isSigned === 1 ? -highest : 0', 'lowest'],
    ['AP_SAT_ZERO saturates', 'value <= highest ? value : 0;', 'value <= highest ? value : highest;'],
    ['AP_WRAP by one bit too few', '32 - bits;', '31 - bits;'],
    [
      'AP_WRAP, N >= 1: the other sign',
      'acc < 0 ? ofNegative : ofPositive',
      'acc < 0 ? ofPositive : ofNegative',
    ],
    ['AP_WRAP_SM: the next bit is the sign', '(droppedBits + bits)', '(droppedBits + bits - 1)'],
    ['AP_WRAP_SM does not invert', '? word : ~word', '? word : word'],
  ]),
  ...mutants('steps as functions', 'requantizers/closures.ts', [
    ['the sum with the zero point does not wrap', '(round(acc) + zeroPoint) | 0', 'round(acc) + zeroPoint'],
    [
      'the exact sum wraps',
      'round(acc) + zeroPoint));\n};\n\n/** Adds the zero point in int32',
      '(round(acc) + zeroPoint) | 0));\n};\n\n/** Adds the zero point in int32',
    ],
    ['int64: the last addition does not wrap', '((cut(acc) + 1) | 0) >> 1', 'Math.floor((cut(acc) + 1) / 2)'],
  ]),
  ...mutants('finish', 'requantizers/finish.ts', [
    ['no saturation to int16 before the sum', "narrow(value, 'saturate16')", 'value'],
    ['no saturation to int16 after the sum', 'within(output, -(2 ** 15), 2 ** 15 - 1)', 'output'],
    ['no saturation to uint8', 'addWrapping(value, within(output, 0, 255))', 'addWrapping(value, output)'],
    ['a store keeps all bits', "narrow(value, 'wrap8')", 'value'],
  ]),
];
