/**
 * The heights of very many lines, most of them the same: where a line begins and which line lies where, in
 * O(log n), also after single heights have changed. (A Fenwick tree over the differences from the usual height.)
 */
export class Heights {
  private tree: number[] = [0];
  private readonly own = new Map<number, number>();
  private count = 0;

  constructor(private readonly usual: number) {}

  get length(): number {
    return this.count;
  }

  /** Of all lines together. */
  get total(): number {
    return this.offsetOf(this.count);
  }

  /** Lines are added at the end, with the usual height. */
  growTo(count: number): void {
    for (let at = this.count + 1; at <= count; at += 1) {
      // A new node sums up the nodes below it, which are there already.
      let sum = 0;
      for (let below = at - 1; below > at - (at & -at); below -= below & -below) sum += this.tree[below] ?? 0;
      this.tree[at] = sum;
    }
    this.count = Math.max(this.count, count);
  }

  /** Line `index` is `height` high; by how much it has grown. */
  set(index: number, height: number): number {
    const change = height - (this.own.get(index) ?? this.usual);
    if (change === 0) return 0;
    this.own.set(index, height);
    for (let at = index + 1; at <= this.count; at += at & -at) this.tree[at] = (this.tree[at] ?? 0) + change;
    return change;
  }

  /** Where line `index` begins. */
  offsetOf(index: number): number {
    let sum = index * this.usual;
    for (let at = index; at > 0; at -= at & -at) sum += this.tree[at] ?? 0;
    return sum;
  }

  /** The line that lies at `offset`; the last one behind the end. */
  indexAt(offset: number): number {
    let index = 0;
    let rest = offset;
    for (let step = 2 ** Math.floor(Math.log2(Math.max(1, this.count))); step >= 1; step /= 2) {
      const height = step * this.usual + (this.tree[index + step] ?? 0);
      if (index + step > this.count || height > rest) continue;
      index += step;
      rest -= height;
    }
    return Math.max(0, Math.min(index, this.count - 1));
  }
}
