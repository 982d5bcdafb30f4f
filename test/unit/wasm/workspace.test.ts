import { describe, expect, it } from 'vitest';
import { Workspace } from '../../../src/wasm/workspace.js';

const WEIGHTS = Int8Array.of(1, 2, 3);

/** A workspace with constants that has had so many bytes in blocks, and parts of it. */
function divided(count: number): { readonly first: Workspace; readonly others: readonly Workspace[] } {
  const first = new Workspace();
  first.constant(WEIGHTS);
  first.allocate(200_000);
  first.heap.clear();
  return { first, others: first.parts(count).map((part) => new Workspace(part)) };
}

describe('a memory that is divided', () => {
  it('holds equal constants once', () => {
    const { first, others } = divided(2);
    const [one, two] = others.map((other) => other.constant(WEIGHTS.slice()));
    expect([one, two]).toEqual([0, 0]);
    expect(new Int8Array(first.memory.buffer, one, 3)).toEqual(WEIGHTS);
  });

  it('keeps constants that are not the same in the part of their thread', () => {
    const { others } = divided(2);
    const addresses = others.map((other) => other.constant(Int8Array.of(1, 2, 4)));
    expect(new Set([0, ...addresses]).size).toBe(3);
    expect(others.map(({ memory }, index) => [...new Int8Array(memory.buffer, addresses[index], 3)])).toEqual(
      [
        [1, 2, 4],
        [1, 2, 4],
      ],
    );
  });

  it('has room for the blocks of every thread side by side', () => {
    const { first, others } = divided(2);
    const workspaces = [first, ...others];
    const blocks = workspaces.map((workspace) => {
      const address = workspace.allocate(200_000);
      return new Uint8Array(workspace.memory.buffer, address, 200_000);
    });
    blocks.forEach((block, index) => block.fill(index + 1));
    expect(blocks.map((block) => new Set(block))).toEqual([new Set([1]), new Set([2]), new Set([3])]);
    expect([...new Int8Array(first.memory.buffer, 0, 3)]).toEqual([...WEIGHTS]);
  });

  it('hands out no more than it did before', () => {
    const { first } = divided(1);
    expect(() => first.allocate(200_001)).toThrow('no call needs more room than the first');
  });
});

describe('a memory with small parts for others', () => {
  it('keeps them apart from constants, from each other and from its own blocks, which may grow', () => {
    const first = new Workspace();
    first.constant(WEIGHTS);
    first.allocate(100);
    const others = first.smallParts(2, 300).map((part) => new Workspace(part));
    const addresses = [
      ...others.map((other) => other.constant(WEIGHTS)),
      ...others.map((other) => other.allocate(300)),
      first.allocate(300_000),
    ];
    expect(addresses).toEqual([0, 0, 64, 384, 704]);
    expect(first.memory.buffer.byteLength).toBeGreaterThanOrEqual(704 + 300_000);
  });

  it('hands out no more than their room', () => {
    const [other] = new Workspace().smallParts(1, 300).map((part) => new Workspace(part));
    expect(() => other!.constant(new Int8Array(400))).toThrow('constants stay in their part');
    expect(() => other!.allocate(400)).toThrow('no call needs more room');
  });

  it('hands them out before whole parts', () => {
    const { first } = divided(1);
    expect(() => first.smallParts(1, 100)).toThrow('parts of all kinds lie side by side');
  });
});

it('knows its buffers when another memory has grown', () => {
  const workspace = new Workspace();
  workspace.allocate(100_000);
  const before = new Uint8Array(workspace.buffer, 0, 1);
  new Workspace().allocate(200_000);
  expect([before.buffer, workspace.buffer].map((buffer) => workspace.owns(buffer))).toEqual([true, true]);
  expect(workspace.owns(new Workspace().buffer)).toBe(false);
});

it('refuses more than signed addresses reach, and says what to do', () => {
  expect(() => new Workspace().allocate(2 ** 31 + 1)).toThrow(
    /the memory of the kernels: found \d+ bytes .* expected at most 2147483648; run a smaller batch/,
  );
});
