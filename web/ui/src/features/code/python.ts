/** Python source as lines of coloured words. Words stay text: nothing here makes markup. */

import { highlightCode, styleTags, tagHighlighter, tags } from "@lezer/highlight";
import { parser } from "@lezer/python";

export type Shade = "keyword" | "string" | "comment" | "number" | "name" | "call" | "decorator" | "operator" | "";

export interface Word {
  text: string;
  shade: Shade;
}

const SHADES = tagHighlighter([
  {
    tag: [tags.keyword, tags.controlKeyword, tags.definitionKeyword, tags.moduleKeyword, tags.operatorKeyword],
    class: "keyword",
  },
  { tag: [tags.bool, tags.null, tags.self], class: "keyword" },
  { tag: [tags.string, tags.special(tags.string), tags.docString, tags.escape], class: "string" },
  { tag: [tags.comment, tags.lineComment], class: "comment" },
  { tag: [tags.number, tags.integer, tags.float], class: "number" },
  { tag: [tags.function(tags.definition(tags.variableName)), tags.definition(tags.className)], class: "name" },
  { tag: [tags.function(tags.variableName), tags.function(tags.propertyName)], class: "call" },
  { tag: [tags.meta], class: "decorator" },
  { tag: [tags.operator, tags.arithmeticOperator, tags.compareOperator, tags.definitionOperator], class: "operator" },
]);

/** A decorator's name has the colour of its sign, unlike other names. */
const PYTHON = parser.configure({
  props: [styleTags({ "Decorator/VariableName": tags.meta, "Decorator/PropertyName": tags.meta })],
});

/** The words of each line of a Python file, also of one with errors in it. */
export function highlight(source: string): Word[][] {
  const lines: Word[][] = [[]];
  highlightCode(
    source,
    PYTHON.parse(source),
    SHADES,
    (text, shade) => lines.at(-1)?.push({ text, shade: shade as Shade }),
    () => lines.push([]),
  );
  return lines;
}
