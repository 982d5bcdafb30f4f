/** Items in the order that `isBefore` says; of equals the one that was added first. A binary heap. */
export class PriorityQueue<T> {
  readonly #heap: Entry<T>[] = [];
  readonly #isBefore: (a: T, b: T) => boolean;
  #added = 0;

  constructor(isBefore: (a: T, b: T) => boolean) {
    this.#isBefore = isBefore;
  }

  /** The first item, left where it is. */
  get first(): T | undefined {
    return this.#heap[0]?.item;
  }

  /** All items, in no order. */
  get items(): readonly T[] {
    return this.#heap.map(({ item }) => item);
  }

  add(item: T): void {
    const heap = this.#heap;
    const entry = { item, order: this.#added };
    this.#added += 1;
    let at = heap.length;
    while (at > 0) {
      const parent = Math.floor((at - 1) / 2);
      if (!this.#precedes(entry, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = entry;
  }

  /** Takes the first item out. */
  take(): T | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last !== undefined && heap.length > 0) this.#sink(last);
    return first?.item;
  }

  /** Puts an entry in the place of the first and lets it down to where it belongs. */
  #sink(entry: Entry<T>): void {
    const heap = this.#heap;
    let at = 0;
    for (let child = 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && this.#precedes(heap[child + 1]!, heap[child]!)) child += 1;
      if (!this.#precedes(heap[child]!, entry)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = entry;
  }

  #precedes(a: Entry<T>, b: Entry<T>): boolean {
    if (this.#isBefore(a.item, b.item)) return true;
    return !this.#isBefore(b.item, a.item) && a.order < b.order;
  }
}

interface Entry<T> {
  readonly item: T;
  readonly order: number;
}
