import { afterAll, expect, it } from 'vitest';
import { floatModel } from '../support/models.js';
import { evaluateQuantized } from '../support/quantized-accuracy.js';
import { describeShared } from '../support/shared.js';

/** What W8A8 with weights per channel must keep of a model's accuracy, in percent or in points below float. */
interface Promised {
  readonly name: string;
  readonly atLeast?: number;
  readonly pointsBelowFloat?: number;
}

const PROMISES: readonly Promised[] = [
  { name: 'mnist-8', atLeast: 98.8 },
  { name: 'mnist-net_256x2', atLeast: 98.0 },
  { name: 'resnet20', pointsBelowFloat: 1 },
  { name: 'dscnn_small', atLeast: 89.8 },
  { name: 'mobilenetv1-vww', atLeast: 79.6 },
  { name: 'resnet_2b', pointsBelowFloat: 1.5 },
  { name: 'vit_ibp_3_3_8', pointsBelowFloat: 2 },
  { name: 'squeezenet', pointsBelowFloat: 4 },
];

/** Percentages are quotients of counts: a hair's breadth for the division. */
const HAIR = 1e-9;

/** A case a set of rows, those of a model in turn. */
const cases = PROMISES.flatMap((promised) =>
  floatModel(promised.name).rows.map((set) => {
    const { name, atLeast, pointsBelowFloat } = promised;
    const promise =
      atLeast === undefined ? `loses at most ${pointsBelowFloat} points` : `reaches ${atLeast} %`;
    return { ...promised, set, title: `${name} ${promise} on all rows of ${set.name}` };
  }),
);

const table: string[] = [];

describeShared('a model quantized to W8A8 per channel', () => {
  // The last model quantized, for its other sets of rows.
  let latest: { name: string; evaluateSet: ReturnType<typeof evaluateQuantized> } | undefined;

  afterAll(() => {
    console.log([line(['model', 'rows', 'float %', 'int8 %', 'same answer %']), ...table].join('\n'));
  });

  it.each(cases)('$title', ({ name, set, atLeast, pointsBelowFloat }) => {
    if (latest?.name !== name) latest = { name, evaluateSet: evaluateQuantized(name) };
    const { rows, float, integer, sameTop1 } = latest.evaluateSet(set);
    const percent = (count: number): number => (100 * count) / rows;
    const [expected, got] = [percent(float!.top1Correct), percent(integer!.top1Correct)];
    const figures = [expected, got, percent(sameTop1!)].map((figure) => figure.toFixed(2));
    table.push(line([`${name} (${set.name})`, `${rows}`, ...figures]));
    expect(rows).toBe(set.rowCount);
    expect(expected).toBeCloseTo(set.accuracy!, 1);
    expect(got).toBeGreaterThanOrEqual((atLeast ?? expected - pointsBelowFloat!) - HAIR);
  });
});

function line([name, ...figures]: readonly string[]): string {
  return name!.padEnd(28) + figures.map((figure) => figure.padStart(14)).join('');
}
