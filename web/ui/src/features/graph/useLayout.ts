import { useEffect, useRef, useState } from "react";
import { type Direction, type Placed, SIZES, type Sizes } from "./layout";
import type { LayoutAnswer, LayoutRequest } from "./layout.worker";
import type { Drawing } from "./model";

/** A layout and the drawing that it is of: while a new one is awaited the old pair stays together. */
export interface LaidOut {
  drawing: Drawing;
  direction: Direction;
  placed: Placed;
}

interface Laying {
  laidOut: LaidOut | null;
  failed: string | null;
}

/** Has a worker lay the drawing out; answers to drawings that are no longer wanted are dropped. */
export function useLayout(drawing: Drawing | null, direction: Direction, sizes: Sizes = SIZES): Laying {
  const [state, setState] = useState<Laying>({ laidOut: null, failed: null });
  const worker = useRef<Worker | null>(null);
  const wanted = useRef(0);

  useEffect(() => {
    worker.current = new Worker(new URL("./layout.worker.ts", import.meta.url), { type: "module" });
    return () => worker.current?.terminate();
  }, []);

  useEffect(() => {
    const at = worker.current;
    if (!at || !drawing) return;
    const id = ++wanted.current;
    at.onmessage = ({ data }: MessageEvent<LayoutAnswer>) => {
      if (data.id !== wanted.current) return;
      if ("failed" in data) setState({ laidOut: null, failed: data.failed });
      else setState({ laidOut: { drawing, direction, placed: data.placed }, failed: null });
    };
    at.onerror = (event) => setState({ laidOut: null, failed: event.message });
    at.postMessage({ id, drawing, direction, sizes } satisfies LayoutRequest);
  }, [drawing, direction, sizes]);

  return state;
}
