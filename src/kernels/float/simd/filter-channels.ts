import type { ModuleBuilder } from '../../../wasm/module-builder.js';
import { i32 } from '../../../wasm/scalar.js';
import { PANEL_PARAMETERS } from './panel-parameters.js';
import { rowIndices } from './row-indices.js';
import {
  elementAt,
  fillRows,
  FLOAT_BYTES,
  loadRow,
  ROW_BYTES,
  ROWS,
  RowStore,
  Tile,
  TILE_LANES,
  TILE_ROWS,
} from './tile.js';

/** `FloatLoops.filterChannels`: all channels of four rows before the next four, as those of a pixel share cache lines. */
export function defineFilterChannels(module: ModuleBuilder): void {
  const parameters = {
    values: 'i32',
    starts: 'i32',
    rowCount: 'i32',
    taps: 'i32',
    tapsEnd: 'i32',
    ...PANEL_PARAMETERS,
  } as const;
  module.define('filterChannels', parameters, (f, p) => {
    const { values, starts, rowCount, taps, tapsEnd, outputs, output, targets, totals } = p;
    const tile = new Tile(f);
    const store = new RowStore(f, p.min, p.max);
    const row = f.let('i32', 0);
    const indices = rowIndices(f, row, rowCount);
    const begins = ROWS.map(() => f.local('i32'));
    const ends = ROWS.map(() => f.local('i32'));
    const weight = f.local('i32');
    const bias = f.local('i32');
    const width = f.local('i32');
    const tap = f.local('i32');

    f.upTo(row, rowCount, TILE_ROWS, () => {
      indices.update();
      ROWS.forEach((r) => {
        const index = indices.of[r]!;
        f.set(begins[r]!, elementAt(values, i32.load(elementAt(starts, index))));
        f.set(ends[r]!, elementAt(output, i32.load(elementAt(targets, index))));
      });
      f.set(weight, p.weights);
      f.set(bias, p.bias);
      f.set(width, outputs);
      f.while(i32.gtS(width, 0), () => {
        tile.clear();
        f.set(tap, taps);
        f.upTo(tap, tapsEnd, FLOAT_BYTES, () => {
          const vectors = loadRow(f, weight);
          const offset = f.let('i32', i32.shl(i32.load(tap), 2));
          ROWS.forEach((r) => tile.addProducts(r, loadRow(f, i32.add(begins[r]!, offset)), vectors));
          f.increase(weight, ROW_BYTES);
        });
        fillRows(f, totals, loadRow(f, bias));
        tile.addTo(totals);
        ROWS.forEach((r) => {
          store.write(totals, r, ends[r]!, width);
          f.increase(begins[r]!, ROW_BYTES);
          f.increase(ends[r]!, ROW_BYTES);
        });
        f.increase(bias, ROW_BYTES);
        f.increase(width, -TILE_LANES);
      });
    });
  });
}
