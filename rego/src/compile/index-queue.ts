/** A queue of positions, smallest first (a binary heap). */
export class IndexQueue {
  private readonly heap: number[] = [];

  push(value: number): void {
    const { heap } = this;
    let at = heap.push(value) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.at(parent) <= value) {
        break;
      }
      heap[at] = this.at(parent);
      at = parent;
    }
    heap[at] = value;
  }

  pop(): number | undefined {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (last !== undefined && heap.length > 0) {
      this.sink(last);
    }
    return first;
  }

  private sink(value: number): void {
    const { heap } = this;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child + 1 < heap.length && this.at(child + 1) < this.at(child)) {
        child++;
      }
      if (child >= heap.length || this.at(child) >= value) {
        break;
      }
      heap[at] = this.at(child);
      at = child;
    }
    heap[at] = value;
  }

  private at(position: number): number {
    return this.heap[position] ?? Number.POSITIVE_INFINITY;
  }
}
