/** Positions in a drawing have two decimals: enough for any screen, and the same text everywhere. */
export function px(value: number): number {
  return Math.round(value * 100) / 100 + 0;
}

/** 0, step, 2 step … up to the first at or above `max`; steps are 1, 2 or 5 times a power of ten. */
export function linearTicks(max: number, wanted: number): number[] {
  if (!(max > 0)) return [0, 1];
  const step = roundStep(max / wanted);
  const count = Math.ceil(max / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

function roundStep(least: number): number {
  const power = powerOfTenBelow(least);
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= least * (1 - 1e-9))!;
  return factor * power;
}

/** Ticks from the last at or below `min` to the first at or above `max`, also away from 0; steps as those of `linearTicks`. */
export function rangeTicks(min: number, max: number, wanted: number): number[] {
  const step = roundStep((max - min || Math.abs(max) || 1) / wanted);
  const first = Math.floor(min / step + 1e-9);
  const count = Math.max(1, Math.ceil(max / step - 1e-9) - first);
  return Array.from({ length: count + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

/** 1, 2 and 5 times powers of ten, from the last at or below `min` to the first at or above `max`. */
export function logTicks(min: number, max: number): number[] {
  const ticks: number[] = [];
  for (let power = powerOfTenBelow(min); power <= max * 10; power *= 10) {
    ticks.push(...[1, 2, 5].map((factor) => Number((factor * power).toPrecision(12))));
  }
  const first = ticks.findLastIndex((tick) => tick <= min);
  const last = ticks.findIndex((tick) => tick >= max);
  return ticks.slice(first, last + 1);
}

/** By comparisons, since logarithms may differ in their last digit from one machine to another. */
function powerOfTenBelow(value: number): number {
  let exponent = 0;
  while (10 ** exponent > value) exponent -= 1;
  while (10 ** (exponent + 1) <= value) exponent += 1;
  return 10 ** exponent;
}

/** A position between `from` and `to` for a value between `min` and `max`, by its logarithm. */
export function logScale(min: number, max: number, from: number, to: number): (value: number) => number {
  const span = Math.log(max / min);
  return (value) => px(from + ((to - from) * Math.log(value / min)) / span);
}

/** A position between `from` and `to` for a value between `min` and `max`. */
export function linearScale(min: number, max: number, from: number, to: number): (value: number) => number {
  return (value) => px(from + ((to - from) * (value - min)) / (max - min));
}
