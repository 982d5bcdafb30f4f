import { describe, expect, it } from 'vitest';
import {
  NO_PREPROCESSING,
  parseRatio,
  preprocessingFromText,
  preprocessingText,
} from '../../../src/importers/dataset/preprocessing.js';

describe('a ratio', () => {
  it.each([
    { text: '0.225', value: 0.225 },
    { text: '1/255', value: 1 / 255 },
    { text: ' 3 / 4 ', value: 0.75 },
    { text: '-1e3', value: -1000 },
  ])("'$text' is $value", ({ text, value }) => {
    expect(parseRatio(text, '--divide')).toBe(value);
  });

  it.each(['', ' ', 'x', '1/0', '1/2/3', 'Infinity'])("'%s' is refused", (text) => {
    expect(() => parseRatio(text, '--divide')).toThrow(
      `--divide: found '${text}', expected a number or a quotient such as 1/255`,
    );
  });
});

describe('preprocessing as text', () => {
  const full = { divide: 255, mean: [0.1, 0.2], std: [2, 3], reverseChannels: true, layout: 'chw' } as const;

  it('is read back as it was', () => {
    expect(preprocessingFromText(preprocessingText(full))).toEqual(full);
    expect(preprocessingFromText('{}')).toEqual(NO_PREPROCESSING);
  });

  it.each([
    'no JSON',
    'null',
    '[]',
    '7',
    '{"divide":"2"}',
    '{"mean":[]}',
    '{"std":[null]}',
    '{"reverseChannels":1}',
    '{"layout":"nchw"}',
  ])('%s is not ours', (text) => {
    expect(preprocessingFromText(text)).toBeNull();
  });
});
