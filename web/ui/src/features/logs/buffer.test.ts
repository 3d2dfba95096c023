import { describe, expect, it } from "vitest";

import { LogBuffer, parseLine } from "./buffer";

const STAMP = "[2026-11-21T10:00:00.123+00:00]";

describe("parseLine", () => {
  it("takes stamp and level off", () => {
    expect(parseLine(`${STAMP} WARNING disk is full`, 3)).toEqual({
      number: 3,
      time: "2026-11-21T10:00:00.123+00:00",
      level: "warning",
      text: "disk is full",
    });
    expect(parseLine(`${STAMP} stdout `, 1).text).toBe("");
  });

  it("keeps what is not stamped, or has a label of its own", () => {
    expect(parseLine("... 1,024 bytes cut here ...", 1)).toMatchObject({ time: null, level: "other" });
    expect(parseLine(`${STAMP} toString x`, 1)).toMatchObject({ level: "other", text: `${STAMP} toString x` });
  });
});

describe("LogBuffer", () => {
  it("joins lines that were cut between two pieces", () => {
    const log = new LogBuffer();
    log.append(`${STAMP} INFO on`);
    log.append("e\n");
    log.append(`${STAMP} ERR`);
    log.append(`OR two\n${STAMP} stdout three`);
    expect([0, 1, 2].map((index) => log.line(index).text)).toEqual(["one", "two", "three"]);
    expect(log.length).toBe(3);
    expect(log.counts).toMatchObject({ info: 1, error: 1, stdout: 1, other: 0 });
  });

  it("keeps empty lines and drops carriage returns", () => {
    const log = new LogBuffer();
    log.append("a\r\n\nb\n");
    expect([0, 1, 2].map((index) => log.textOf(index))).toEqual(["a", "", "b"]);
    expect(log.length).toBe(3);
  });

  it("tells which lines are shown when levels are hidden", () => {
    const log = new LogBuffer();
    log.append(`${STAMP} INFO a\n${STAMP} DEBUG b\n${STAMP} ERROR c\n`);
    expect(log.shown(new Set(["debug"]))).toEqual([0, 2]);
    expect(log.shown(new Set(["info", "debug"]), 1)).toEqual([2]);
  });

  it("is searched without escape sequences", () => {
    const log = new LogBuffer();
    log.append(`${STAMP} INFO \x1b[31mre\x1b[0md\n`);
    expect(log.textOf(0)).toBe("red");
  });

  it("counts no marks: lines keep their numbers, whatever is hidden", () => {
    const log = new LogBuffer();
    log.append(`${STAMP} INFO a\n${STAMP} INFO half`);
    log.mark({ kind: "began", dispatch: 2, hostname: "w2", queue: "default", start_date: "2026-11-21T10:00:00Z" });
    log.append(`${STAMP} INFO c\n`);
    expect([log.length, log.lines, log.counts.other]).toEqual([4, 3, 0]);
    expect([0, 1, 2, 3].map((index) => log.line(index).number)).toEqual([1, 2, 0, 3]);
    expect([1, 2, 3].map((number) => log.indexOf(number))).toEqual([0, 1, 3]);
    expect(log.line(2).mark).toMatchObject({ dispatch: 2 });
    expect(log.shown(new Set(["info", "other"]))).toEqual([2]);
  });
});
