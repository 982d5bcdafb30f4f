import { expect, it } from 'vitest';
import { requantize, ROUNDING_MODES, roundShift, type RoundingMode } from '../../src/arith/index.js';
import { differs, integer, misses, number, requantRows } from '../support/requant-vectors.js';
import { describeShared } from '../support/shared.js';

const columns: Readonly<Record<RoundingMode, string>> = {
  floor: 'floor',
  ceil: 'ceil',
  towardZero: 'toward_zero',
  awayFromZero: 'away_from_zero',
  halfUp: 'half_up',
  halfDown: 'half_down',
  halfAwayFromZero: 'half_away_from_zero',
  halfTowardZero: 'half_toward_zero',
  halfEven: 'half_to_even',
  halfOdd: 'half_to_odd',
  jam: 'jam_to_odd',
};

describeShared('shifts of the shared vectors, in every rounding mode', () => {
  it.each([
    { file: 'shift_modes_int32', count: 4000 },
    { file: 'shift_modes_int64', count: 1200 },
  ])('$file: $count rows agree', ({ file, count }) => {
    const rows = requantRows(file);
    const wrong = ROUNDING_MODES.flatMap((mode) =>
      misses(rows, (row) =>
        differs(roundShift(integer(row, 'x'), number(row, 'shift'), mode), integer(row, columns[mode])),
      ),
    );
    expect({ rows: rows.length, wrong }).toEqual({ rows: count, wrong: [] });
  });

  it('a shift requantizer is the rounded shift', () => {
    const wrong = misses(requantRows('shift_modes_int32'), (row) => {
      const requantizer = { kind: 'shift', rounding: 'halfEven', shifts: [number(row, 'shift')] } as const;
      return differs(requantize(integer(row, 'x'), requantizer, 0), integer(row, 'half_to_even'));
    });
    expect(wrong).toEqual([]);
  });
});
