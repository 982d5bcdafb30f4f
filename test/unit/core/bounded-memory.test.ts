import { expect, it } from 'vitest';
import { BoundedMemory } from '../../../src/core/bounded-memory.js';

it('makes a value once, and again when others that were used since have taken its room', () => {
  const memory = new BoundedMemory<string>(2);
  const made: string[] = [];
  const ask = (key: string): string =>
    memory.remembered(key, () => {
      made.push(key);
      return key.toUpperCase();
    });
  expect(['a', 'b', 'a', 'c', 'a', 'b'].map(ask)).toEqual(['A', 'B', 'A', 'C', 'A', 'B']);
  expect(made).toEqual(['a', 'b', 'c', 'b']);
});
