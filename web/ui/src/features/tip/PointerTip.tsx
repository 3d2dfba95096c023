import { Portal } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./PointerTip.module.css";

const WIDTH = 340;
const HEIGHT = 190;

/** What lies under the pointer, in words, beside it; for drawings that have no element of their own for each thing. */
export function PointerTip({ x, y, children }: { x: number; y: number; children: ReactNode }) {
  const style = {
    ...(x > window.innerWidth - WIDTH ? { right: window.innerWidth - x + 14 } : { left: x + 14 }),
    ...(y > window.innerHeight - HEIGHT ? { bottom: window.innerHeight - y + 10 } : { top: y + 14 }),
  };
  return (
    <Portal>
      <div className={classes.tip} style={style} aria-hidden>
        {children}
      </div>
    </Portal>
  );
}

PointerTip.classes = classes;
