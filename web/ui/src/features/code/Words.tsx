import { memo } from "react";
import type { Word } from "./python";

interface WordsProps {
  words: Word[];
  /** The columns that stand out, from the first to before the last. */
  marked?: [number, number];
}

/** One line of code in colours. */
export const Words = memo(function Words({ words, marked }: WordsProps) {
  const pieces = marked ? cut(words, marked) : words.map((word) => ({ ...word, isMarked: false }));
  return pieces.map(({ text, shade, isMarked }, index) =>
    shade || isMarked ? (
      <span key={index} data-shade={shade || undefined} data-marked={isMarked || undefined}>
        {text}
      </span>
    ) : (
      text
    ),
  );
});

/** The words, cut at the ends of the marked part. */
function cut(words: Word[], [from, to]: [number, number]): (Word & { isMarked: boolean })[] {
  let column = 0;
  return words.flatMap(({ text, shade }) => {
    const [start, end] = [column, column + text.length];
    column = end;
    const [inner, outer] = [Math.min(Math.max(from, start), end), Math.min(Math.max(to, start), end)];
    return [
      { text: text.slice(0, inner - start), shade, isMarked: false },
      { text: text.slice(inner - start, outer - start), shade, isMarked: true },
      { text: text.slice(outer - start), shade, isMarked: false },
    ].filter((piece) => piece.text);
  });
}
