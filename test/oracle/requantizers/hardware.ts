import type { VectorRounding } from '../../../src/arith/requantizers/names.js';
import type { RoundingMode } from '../../../src/arith/rounding.js';
import { congruent } from '../integers.js';
import { clampedTo, rounded, saturated, shiftedInInt32 } from './registers.js';
import type { Oracle } from './oracle.js';

/** NVDLA, Gemmini's shift, VTA, the vector extension of RISC-V, PULP-NN: no zero point. */

/** 17 bits are kept before the clamp. */
const sdp: Oracle = ({ acc, parameters, output }) => {
  const product = (acc - BigInt(parameters['offset']!)) * BigInt(parameters['scale']!);
  return clampedTo(saturated(rounded(product, parameters['truncate']!, 'halfAwayFromZero'), 17), output);
};

const sdpX: Oracle = ({ acc, parameters, output }) => {
  const operand = saturated(BigInt(parameters['aluOperand']!) * 2n ** BigInt(parameters['aluShift']!), 32);
  const product = (acc + operand) * BigInt(parameters['mulOperand']!);
  return clampedTo(saturated(rounded(product, parameters['mulShift']!, 'halfAwayFromZero'), 32), output);
};

const gemminiShift: Oracle = ({ acc, parameters, output }) =>
  clampedTo(rounded(acc, parameters['shift']!, 'halfEven'), output);

/** Cut to the right; bits beyond int32 are lost to the left. */
const shr: Oracle = ({ acc, parameters }) => {
  const shift = parameters['shift']!;
  return shift < 0 ? shiftedInInt32(acc, -shift) : rounded(acc, shift, 'floor');
};

const MODE_OF: Readonly<Record<VectorRounding, RoundingMode>> = {
  rnu: 'halfUp',
  rne: 'halfEven',
  rdn: 'floor',
  rod: 'jam',
};

const vssra =
  (vxrm: VectorRounding): Oracle =>
  ({ acc, parameters, output }) =>
    clampedTo(rounded(acc, parameters['shift']!, MODE_OF[vxrm]), output);

const vsmul =
  (vxrm: VectorRounding): Oracle =>
  ({ acc, parameters, output }) =>
    clampedTo(saturated(rounded(acc * BigInt(parameters['multiplier']!), 31, MODE_OF[vxrm]), 32), output);

/** From 32 bits to 16 with the shift, then to 8. */
const vnclip =
  (vxrm: VectorRounding): Oracle =>
  ({ acc, parameters, output }) =>
    clampedTo(saturated(saturated(rounded(acc, parameters['shift']!, MODE_OF[vxrm]), 16), 8), output);

/** Product and sum lose the bits beyond int32. */
const pulp32: Oracle = ({ acc, parameters, output }) => {
  const product = congruent(acc * BigInt(parameters['multiplier']!), 32);
  const sum = congruent(product + BigInt(parameters['lambda']!), 32);
  return clampedTo(rounded(sum, parameters['rightShift']!, 'floor'), output);
};

/** Only the shifted value does. */
const pulp64: Oracle = ({ acc, parameters, output }) => {
  const sum = acc * BigInt(parameters['multiplier']!) + BigInt(parameters['lambda']!);
  return clampedTo(congruent(rounded(sum, parameters['rightShift']!, 'floor'), 32), output);
};

/** Declared by the stack, not defined: no width is said. */
const pulpQuant: Oracle = ({ acc, parameters, output }) =>
  clampedTo(rounded(acc * BigInt(parameters['multiplier']!), parameters['rightShift']!, 'floor'), output);

export const hardwareOracles = {
  'nvdla-sdp': sdp,
  'nvdla-sdp-x': sdpX,
  'gemmini-shift': gemminiShift,
  'vta-shr': (request) => clampedTo(shr(request), request.output),
  'vta-shr-truncating': (request) => clampedTo(congruent(shr(request), 8), request.output),
  'rvv-vssra-rnu': vssra('rnu'),
  'rvv-vssra-rne': vssra('rne'),
  'rvv-vssra-rdn': vssra('rdn'),
  'rvv-vssra-rod': vssra('rod'),
  'rvv-vsmul-rnu': vsmul('rnu'),
  'rvv-vsmul-rne': vsmul('rne'),
  'rvv-vsmul-rdn': vsmul('rdn'),
  'rvv-vsmul-rod': vsmul('rod'),
  'rvv-vnclip-rnu': vnclip('rnu'),
  'rvv-vnclip-rne': vnclip('rne'),
  'rvv-vnclip-rdn': vnclip('rdn'),
  'rvv-vnclip-rod': vnclip('rod'),
  'pulp-nn-32': pulp32,
  'pulp-nn-64': pulp64,
  'pulp-nn-quant': pulpQuant,
} satisfies Record<string, Oracle>;
