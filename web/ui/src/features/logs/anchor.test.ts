import { describe, expect, it } from "vitest";
import { chosen, hashOf, linesOf } from "./anchor";

describe("links to lines", () => {
  it("are read and written", () => {
    expect(linesOf("#L120")).toEqual({ from: 120, to: 120 });
    expect(linesOf("#L140-L120")).toEqual({ from: 120, to: 140 });
    expect(hashOf({ from: 120, to: 140 })).toBe("#L120-L140");
    expect(hashOf({ from: 7, to: 7 })).toBe("#L7");
  });

  it("leave other hashes alone", () => {
    for (const hash of ["", "#", "#L0", "#Lx", "#L1;alert(1)", "#L99999999999"]) expect(linesOf(hash)).toBeNull();
  });

  it("grow with the shift key", () => {
    expect(chosen(null, 5, true)).toEqual({ from: 5, to: 5 });
    expect(chosen({ from: 5, to: 5 }, 9, true)).toEqual({ from: 5, to: 9 });
    expect(chosen({ from: 5, to: 9 }, 2, true)).toEqual({ from: 2, to: 5 });
    expect(chosen({ from: 5, to: 9 }, 2, false)).toEqual({ from: 2, to: 2 });
  });
});
