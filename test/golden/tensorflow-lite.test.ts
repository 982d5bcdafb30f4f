import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import {
  readRecording,
  recordedSemantics,
  runRecordedCase,
  type RecordedCase,
  type RecordedSemantics,
} from '../support/tensorflow-lite-cases.js';

const { tensorflow, cases } = readRecording(
  fileURLToPath(new URL('tensorflow-lite/cases.json.gz', import.meta.url)),
);
const groups = new Map<string, RecordedCase[]>();
for (const recorded of cases) {
  const known = groups.get(recorded.group);
  if (known === undefined) groups.set(recorded.group, [recorded]);
  else known.push(recorded);
}

const SKIPPED_PIXELS =
  'the delegate pads nothing but reads padding where the last window ends before the image does: a defect of 2.21';
const REST_OF_A_VECTOR =
  'the optimized kernel rounds vectors of 16 half up twice, what is left over half away from zero the second time';

/** Groups that we compute otherwise than TensorFlow Lite does, under one semantics, and why. */
const exceptions: Readonly<Record<RecordedSemantics, Readonly<Record<string, string>>>> = {
  'tflite-reference': {},
  'tflite-xnnpack': {
    'CONV_2D narrower than its stride int8': SKIPPED_PIXELS,
    'CONV_2D narrower than its stride uint8': SKIPPED_PIXELS,
    'DEPTHWISE_CONV_2D narrower than its stride int8': SKIPPED_PIXELS,
    'DEPTHWISE_CONV_2D narrower than its stride uint8': SKIPPED_PIXELS,
    'QUANTIZE ties of int8 to uint8': REST_OF_A_VECTOR,
    'QUANTIZE ties of uint8 to int8': REST_OF_A_VECTOR,
  },
};

interface Row {
  readonly group: string;
  readonly semantics: RecordedSemantics;
  readonly caseCount: number;
  readonly valueCount: number;
  readonly differingCount: number;
}

/** Runs the cases of a group and says what differs, one line a case. */
function tally(group: string, semantics: RecordedSemantics): { row: Row; complaints: string[] } {
  const complaints: string[] = [];
  let [caseCount, valueCount, differingCount] = [0, 0, 0];
  for (const recorded of groups.get(group)!) {
    const result = runRecordedCase(recorded, semantics);
    if (result === null) continue;
    caseCount += 1;
    valueCount += result.valueCount;
    differingCount += result.differingCount;
    if (result.firstDifference !== null) complaints.push(`case ${recorded.index}: ${result.firstDifference}`);
  }
  return { row: { group, semantics, caseCount, valueCount, differingCount }, complaints };
}

const semanticsNames = Object.keys(recordedSemantics) as RecordedSemantics[];
const rows: Row[] = [];

describe.each(semanticsNames)(`recorded cases of TensorFlow Lite ${tensorflow}, %s`, (semantics) => {
  const pinned = exceptions[semantics];

  it.each([...groups.keys()].filter((group) => !(group in pinned)))('%s: every value', (group) => {
    const { row, complaints } = tally(group, semantics);
    rows.push(row);
    expect(complaints).toEqual([]);
  });

  it('names exceptions that were recorded', () => {
    expect(Object.keys(pinned).filter((group) => !groups.has(group))).toEqual([]);
  });

  if (Object.keys(pinned).length > 0) {
    it.each(Object.entries(pinned))('%s: still differs, as %s', (group) => {
      const { row } = tally(group, semantics);
      rows.push(row);
      expect(row.differingCount).toBeGreaterThan(0);
    });
  }
});

/** A line a group: how many cases and values, and how many values differ, under each semantics. */
function printTable(): void {
  const lines = [...groups.keys()].map((group) => {
    const cells = semanticsNames.flatMap((semantics): readonly (string | number)[] => {
      const row = rows.find((row) => row.group === group && row.semantics === semantics);
      return row === undefined ? ['', '', ''] : [row.caseCount, row.valueCount, row.differingCount];
    });
    return [group.padEnd(48), ...cells.map((cell) => String(cell).padStart(8))].join('');
  });
  const heads = semanticsNames.flatMap(() => ['cases', 'values', 'differ']);
  const head = ['operator'.padEnd(48), ...heads.map((name) => name.padStart(8))].join('');
  const semanticsHead = ['', ...semanticsNames.map((name) => name.padStart(24))].join('').padStart(96);
  process.stdout.write(`${[semanticsHead, head, ...lines].join('\n')}\n`);
}

afterAll(printTable);
