/**
 * The number a C hexadecimal float (`%a`) writes: `-0x1.be99c4p+1`. Exact: at most 53 significant bits are turned into an integer,
 * which a power of two then scales.
 */
export function hexFloat(text: string): number {
  const match = /^(-?)0x([0-9a-f]+)(?:\.([0-9a-f]*))?p([+-]?\d+)$/.exec(text);
  if (match === null) throw new Error(`no hexadecimal float: ${text}`);
  const [, sign, whole, fraction = '', exponent] = match;
  const digits = Number(BigInt(`0x${whole}${fraction}`));
  const magnitude = digits * 2 ** (Number(exponent) - 4 * fraction.length);
  return sign === '-' ? -magnitude : magnitude;
}
