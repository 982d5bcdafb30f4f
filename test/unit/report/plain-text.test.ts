import { expect, it } from 'vitest';
import { LINE_WIDTH, printable, shorten, textWidth, wrap } from '../../../src/report/plain-text.js';

it('writes out what would move a cursor, hide text or turn its direction', () => {
  expect(printable('a\u001B[31mb\nc\u202Ed\u200Be')).toBe('a\\u{1b}[31mb\\u{a}c\\u{202e}d\\u{200b}e');
  expect(printable('Conv_1/größe 🙂')).toBe('Conv_1/größe 🙂');
});

it('shortens in the middle and never cuts a character in two', () => {
  expect(shorten('/layer1/conv1/Conv', 18)).toBe('/layer1/conv1/Conv');
  expect(shorten('/layer1/conv1/Conv', 11)).toBe('/lay…1/Conv');
  expect(shorten('🙂🙂🙂🙂🙂', 4)).toBe('🙂…🙂🙂');
  expect(shorten('abc', 1)).toBe('…');
});

it('wraps behind a margin and shortens words that fit no line', () => {
  const lines = wrap(`${'word '.repeat(30)}${'x'.repeat(200)} end`, '[1] ');
  expect(lines.every((line) => textWidth(line) <= LINE_WIDTH)).toBe(true);
  expect(lines.map((line) => line.slice(0, 5))).toEqual(['[1] w', '    w', '    x', '    e']);
});
