import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { TASK_STATES } from "./states";

const CSS = readFileSync(new URL("./states.css", import.meta.url), "utf8");
const PAGES = { light: "#f7f8fa", dark: "#15191f" };
const AA = 4.5;

function variables(scheme: string): Map<string, string> {
  const block = CSS.split(/\}/).find((part) => part.includes(`scheme="${scheme}"`)) ?? "";
  return new Map(
    [...block.matchAll(/--state-([\w-]+):\s*(#\w{6})/g)].map(([, name, color]) => [name ?? "", color ?? ""]),
  );
}

function luminance(color: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [dark = 0, bright = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (bright + 0.05) / (dark + 0.05);
}

const cases = Object.entries(PAGES).flatMap(([scheme, page]) =>
  TASK_STATES.map((state) => [scheme, state, page] as const),
);

test.each(cases)("%s %s can be read on the page and on its own area", (scheme, state, page) => {
  const colors = variables(scheme);
  const name = state.replaceAll("_", "-");
  expect(contrast(colors.get(`${name}-ink`) ?? "", page)).toBeGreaterThanOrEqual(AA);
  expect(contrast(colors.get(`${name}-on`) ?? "", colors.get(name) ?? "")).toBeGreaterThanOrEqual(AA);
});
