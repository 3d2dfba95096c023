import { describe, expect, it } from "vitest";

import { plain, spansOf } from "./ansi";

const ESC = "\x1b";

describe("spansOf", () => {
  it("keeps text without sequences as one span", () => {
    expect(spansOf("hello")).toEqual([{ text: "hello", look: {} }]);
    expect(spansOf("")).toEqual([]);
  });

  it("reads the 16 colours, and resets", () => {
    expect(spansOf(`${ESC}[31mred${ESC}[0m plain ${ESC}[1;92mgreen${ESC}[m!`)).toEqual([
      { text: "red", look: { fg: 1 } },
      { text: " plain ", look: {} },
      { text: "green", look: { bold: true, fg: 10 } },
      { text: "!", look: {} },
    ]);
  });

  it("reads 256 and 24-bit colours, also with colons", () => {
    const spans = spansOf(`${ESC}[38;5;196ma${ESC}[48;2;1;2;300mb${ESC}[38:5:3mc${ESC}[38;5;244md`);
    expect(spans.map((span) => span.look)).toEqual([
      { fg: "#ff0000" },
      { fg: "#ff0000", bg: "#0102ff" },
      { fg: 3, bg: "#0102ff" },
      { fg: "#808080", bg: "#0102ff" },
    ]);
  });

  it("switches single attributes off", () => {
    const [, second] = spansOf(`${ESC}[1;3;4;7;31;42mx${ESC}[22;23;24;27;39;49my`);
    expect(second).toEqual({ text: "y", look: {} });
  });

  it("leaves out cursor moves, hyperlinks, titles and control characters", () => {
    const link = `${ESC}]8;;javascript:alert(1)${ESC}\\click${ESC}]8;;${ESC}\\`;
    expect(plain(`${ESC}[2K${ESC}[1;1Ha${link}${ESC}]0;title\x07b\x00\x08c${ESC}(B`)).toBe("aclickbc");
    expect(plain(`cut ${ESC}]8;;https://never-ended`)).toBe("cut ");
    expect(plain(`tab\tstays`)).toBe("tab\tstays");
  });

  it("leaves markup as it is: text", () => {
    const text = "<img src=x onerror=alert(1)>";
    expect(spansOf(`${ESC}[31m${text}`)).toEqual([{ text, look: { fg: 1 } }]);
  });

  it("survives nonsense", () => {
    expect(
      spansOf(`${ESC}[38mx${ESC}[38;5my${ESC}[999mz${ESC}[38;5;999mw`)
        .map((span) => span.text)
        .join(""),
    ).toBe("xyzw");
    expect(plain(ESC)).toBe("");
  });
});
