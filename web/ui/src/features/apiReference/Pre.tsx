import classes from "./ApiReference.module.css";

/** A text that may be wider than its place: the keyboard can scroll it. */
export function Pre({ text }: { text: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <pre className={classes.pre} tabIndex={0}>
      {text}
    </pre>
  );
}
