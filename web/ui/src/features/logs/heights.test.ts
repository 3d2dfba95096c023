import { describe, expect, it } from "vitest";
import { Heights } from "./heights";

function grown(count: number, own: Record<number, number> = {}): Heights {
  const heights = new Heights(20);
  heights.growTo(count);
  for (const [index, height] of Object.entries(own)) heights.set(Number(index), height);
  return heights;
}

describe("Heights", () => {
  it("knows where lines begin and what lies where", () => {
    const heights = grown(10, { 2: 60, 7: 40 });
    expect([0, 2, 3, 7, 8, 10].map((index) => heights.offsetOf(index))).toEqual([0, 40, 100, 180, 220, 260]);
    expect([0, 19, 20, 40, 99, 100, 179, 180, 219, 220, 259].map((offset) => heights.indexAt(offset))).toEqual([
      0, 0, 1, 2, 2, 3, 6, 7, 7, 8, 9,
    ]);
    expect(heights.indexAt(10_000)).toBe(9);
    expect(heights.total).toBe(260);
  });

  it("tells by how much a line has grown, and takes the last height", () => {
    const heights = grown(4);
    expect(heights.set(1, 60)).toBe(40);
    expect(heights.set(1, 60)).toBe(0);
    expect(heights.set(1, 40)).toBe(-20);
    expect(heights.total).toBe(100);
  });

  it("agrees with plain addition while it grows", () => {
    const heights = new Heights(19);
    const plain: number[] = [];
    for (let round = 0; round < 40; round += 1) {
      while (plain.length < round * 7) plain.push(19);
      heights.growTo(plain.length);
      const index = (round * 31) % Math.max(1, plain.length);
      if (plain.length > 0) {
        plain[index] = 19 * (1 + (round % 5));
        heights.set(index, plain[index] ?? 19);
      }
    }
    let offset = 0;
    for (const [index, height] of plain.entries()) {
      expect(heights.offsetOf(index)).toBe(offset);
      expect(heights.indexAt(offset)).toBe(index);
      expect(heights.indexAt(offset + height - 1)).toBe(index);
      offset += height;
    }
    expect(heights.total).toBe(offset);
  });

  it("holds for nothing", () => {
    const empty = new Heights(19);
    expect(empty.total).toBe(0);
    expect(empty.indexAt(50)).toBe(0);
  });
});
