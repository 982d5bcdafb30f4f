import { expect, it } from 'vitest';
import { placeLabels } from '../../../../src/report/html/label-placement.js';

it('puts a label inside a disc that is wide enough, else beside it', () => {
  expect(placeLabels([{ x: 50, y: 50, radius: 20 }], [10], [])).toEqual([{ x: 50, y: 50 }]);
  expect(placeLabels([{ x: 50, y: 50, radius: 4 }], [10], [])).toEqual([{ x: 62, y: 50 }]);
});

it('goes to the other side where something is taken', () => {
  const taken = [{ left: 55, right: 90, top: 40, bottom: 60 }];
  expect(placeLabels([{ x: 50, y: 50, radius: 4 }], [10], taken)).toEqual([{ x: 38, y: 50 }]);
});

it('falls back to the disc itself, and leaves out a label that would cover another', () => {
  const disc = { x: 50, y: 50, radius: 4 };
  const crowd = [disc, { x: 50, y: 50, radius: 40 }];
  expect(placeLabels(crowd, [10], [])).toEqual([{ x: 50, y: 50 }]);
  expect(placeLabels(crowd, [10], [{ left: 0, right: 100, top: 0, bottom: 100 }])).toEqual([null]);
});
