/** Narrowing of integers held in numbers. */

/** The nearest value of a range. */
export function clamp(value: number, min: number, max: number): number {
  return Math.max(min, Math.min(max, value));
}

const LOWEST_INT32 = -(2 ** 31);
const HIGHEST_INT32 = 2 ** 31 - 1;

export function saturate32(value: number): number {
  return clamp(value, LOWEST_INT32, HIGHEST_INT32);
}

/** As NVDLA keeps between rounding and narrowing. */
export function saturate17(value: number): number {
  return clamp(value, -(2 ** 16), 2 ** 16 - 1);
}

export function saturate16(value: number): number {
  return clamp(value, -(2 ** 15), 2 ** 15 - 1);
}

export function saturate8(value: number): number {
  return clamp(value, -(2 ** 7), 2 ** 7 - 1);
}

/** What x86 makes of a number that int32 does not hold: the lowest one. */
export function lowestWhereBeyond32(value: number): number {
  return value >= LOWEST_INT32 && value <= HIGHEST_INT32 ? value : LOWEST_INT32;
}

/** The low 8 bits of an int32, signed. */
export function wrap8(value: number): number {
  return (value << 24) >> 24;
}
