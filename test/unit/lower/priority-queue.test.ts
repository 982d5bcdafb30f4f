import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PriorityQueue } from '../../../src/lower/priority-queue.js';
import { counterexample } from '../../support/counterexample.js';

interface Item {
  readonly key: number;
  readonly added: number;
}

it('gives items by key, of equal keys the first that was added, whatever is added between', () => {
  const operations = fc.array(fc.oneof(fc.nat(9), fc.constant('take' as const)), { maxLength: 60 });
  const property = fc.property(operations, (steps) => {
    const queue = new PriorityQueue<Item>((a, b) => a.key < b.key);
    const expected: Item[] = [];
    for (const [added, step] of steps.entries()) {
      if (step === 'take') {
        if (queue.first !== expected[0] || queue.take() !== expected.shift()) return false;
      } else {
        const item = { key: step, added };
        queue.add(item);
        expected.push(item);
        expected.sort((a, b) => a.key - b.key || a.added - b.added);
      }
    }
    return queue.items.length === expected.length;
  });
  expect(counterexample(property, 500)).toBe('');
});
