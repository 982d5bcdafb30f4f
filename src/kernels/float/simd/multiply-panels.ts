import type { ModuleBuilder } from '../../../wasm/module-builder.js';
import { i32 } from '../../../wasm/scalar.js';
import { v128 } from '../../../wasm/simd.js';
import { PIECE_FIELDS } from '../panels.js';
import { PANEL_PARAMETERS } from './panel-parameters.js';
import { rowIndices } from './row-indices.js';
import {
  elementAt,
  FLOAT_BYTES,
  loadRow,
  ROW_BYTES,
  ROWS,
  RowStore,
  Tile,
  TILE_LANES,
  TILE_ROWS,
} from './tile.js';
import { addToTotals, roundTotals, startTotals } from './totals.js';

/** `FloatLoops.multiplyPanels`: panels outside, four rows inside, so that a panel stays in the cache. */
export function defineMultiplyPanels(module: ModuleBuilder): void {
  const parameters = {
    values: 'i32',
    starts: 'i32',
    rowCount: 'i32',
    pieces: 'i32',
    piecesEnd: 'i32',
    ...PANEL_PARAMETERS,
  } as const;
  module.define('multiplyPanels', parameters, (f, p) => {
    const { values, starts, rowCount, pieces, piecesEnd, outputs, bias, output, targets, totals } = p;
    const tile = new Tile(f);
    const store = new RowStore(f, p.min, p.max);
    const panel = f.let('i32', p.weights);
    const weight = f.local('i32');
    const width = f.let('i32', outputs);
    const biasOfPanel = f.let('i32', bias);
    const outputOfPanel = f.let('i32', output);
    const row = f.local('i32');
    const indices = rowIndices(f, row, rowCount);
    const begins = ROWS.map(() => f.local('i32'));
    const cursors = ROWS.map(() => f.local('i32'));
    const piece = f.local('i32');
    const end = f.local('i32');

    f.while(i32.gtS(width, 0), () => {
      f.set(weight, panel);
      f.set(row, 0);
      f.upTo(row, rowCount, TILE_ROWS, () => {
        indices.update();
        ROWS.forEach((r) =>
          f.set(begins[r]!, elementAt(values, i32.load(elementAt(starts, indices.of[r]!)))),
        );
        f.set(weight, panel);
        startTotals(f, totals, loadRow(f, biasOfPanel));
        tile.clear();
        f.set(piece, pieces);
        f.upTo(piece, piecesEnd, PIECE_FIELDS * FLOAT_BYTES, () => {
          ROWS.forEach((r) => f.set(cursors[r]!, elementAt(begins[r]!, i32.load(piece))));
          f.set(end, elementAt(cursors[0]!, i32.load(piece, FLOAT_BYTES)));
          f.doWhile(
            () => {
              const vectors = loadRow(f, weight);
              ROWS.forEach((r) => {
                const value = f.let('v128', v128.load32Splat(cursors[r]!));
                tile.addProducts(r, [value, value], vectors);
              });
              cursors.forEach((cursor) => f.increase(cursor, FLOAT_BYTES));
              f.increase(weight, ROW_BYTES);
            },
            i32.ltU(cursors[0]!, end),
          );
          f.if(i32.load(piece, 2 * FLOAT_BYTES), () => {
            addToTotals(f, totals, tile);
            tile.clear();
          });
        });
        roundTotals(f, totals);
        ROWS.forEach((r) => {
          const to = elementAt(outputOfPanel, i32.load(elementAt(targets, indices.of[r]!)));
          store.write(totals, r, to, width);
        });
      });
      f.set(panel, weight);
      f.increase(biasOfPanel, ROW_BYTES);
      f.increase(outputOfPanel, ROW_BYTES);
      f.increase(width, -TILE_LANES);
    });
  });
}
