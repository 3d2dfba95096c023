/** A try's log as it is written: read by SSE from the first byte, gathered in a buffer, drawn once a frame. */

import { useEffect, useRef, useState } from "react";
import { address, path } from "@/api/client";
import type { InstanceRef } from "@/api/runTypes";
import { EventStream, type LiveState } from "@/live/EventStream";
import { whileShown } from "@/live/whileShown";
import { type Began, type Ended, marking } from "./attempts";
import { LogBuffer } from "./buffer";

/** How the log ends; `null` while more may come, `unknown` when the server says why in `words`. */
export type LogEnd = "complete" | "lost" | "cut" | "running" | "unknown" | null;

export interface LogState {
  buffer: LogBuffer;
  /** Grows with every change of the buffer. */
  revision: number;
  connection: LiveState;
  end: LogEnd;
  /** Why nothing comes, or why the server ended it. */
  words: string | null;
  /** Nothing came at all, several times: there is no such log. */
  isBroken: boolean;
}

const EMPTY = { revision: 0, connection: "connecting" as LiveState, end: null, words: null, isBroken: false };

/** The API's address of a try's log; `stream` and `download` below it. */
export function logPath({ dagId, runId, taskId, mapIndex }: InstanceRef, tryNumber: number): string {
  return path`/dags/${dagId}/dagRuns/${runId}/taskInstances/${taskId}/${mapIndex}/logs/${tryNumber}`;
}

/** Follows the log of one try; `key` changes what is followed. */
export function useLog(target: InstanceRef, tryNumber: number): LogState {
  const source = `${logPath(target, tryNumber)}/stream`;
  const buffer = useRef({ source, log: new LogBuffer() });
  const [state, setState] = useState<Omit<LogState, "buffer">>(EMPTY);
  if (buffer.current.source !== source) buffer.current = { source, log: new LogBuffer() };

  useEffect(() => {
    const log = new LogBuffer();
    buffer.current = { source, log };
    setState(EMPTY);
    return follow(source, log, (change) => setState((old) => ({ ...old, ...change(old.revision) })));
  }, [source]);

  return { buffer: buffer.current.log, ...state };
}

type Change = (revision: number) => Partial<LogState>;

interface Piece {
  dispatch: number;
  offset: number;
  text: string;
}

function follow(source: string, log: LogBuffer, tell: (change: Change) => void): () => void {
  let frame = 0;
  let losses = 0;
  let end: LogEnd = "complete";
  const isNews = news();
  const draw = () => {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      tell((revision) => ({ revision: revision + 1, words: null }));
    });
  };
  const marks = marking((mark) => {
    log.mark(mark);
    draw();
  });
  const handlers = {
    began: (data: unknown) => marks.began(data as Began),
    text: (data: unknown) => {
      const piece = data as Piece;
      if (!isNews(piece)) return;
      losses = 0;
      log.append(piece.text);
      draw();
    },
    waiting: (data: unknown) => tell(() => ({ words: (data as { why: string }).why })),
    ended: (data: unknown) => {
      end = (data as Ended).end;
      marks.ended(data as Ended);
    },
    end: (data: unknown) => {
      const { reason } = data as { reason: string };
      leave();
      const words = reason === "complete" ? null : reason;
      tell((revision) => ({ end: words === null ? end : "unknown", words, revision: revision + 1 }));
    },
  };
  const stream = new EventStream(address(source), handlers, (connection) => {
    if (connection === "lost") losses += 1;
    tell(() => ({ connection, isBroken: losses > 2 && log.length === 0 }));
  });
  const leave = whileShown(stream);
  return () => {
    cancelAnimationFrame(frame);
    leave();
  };
}

/** Tells pieces that were read already: after a loss the server may begin again with them. */
export function news(): (piece: Pick<Piece, "dispatch" | "offset">) => boolean {
  let last = { dispatch: -1, offset: -1 };
  return ({ dispatch, offset }) => {
    const isNews = dispatch > last.dispatch || (dispatch === last.dispatch && offset > last.offset);
    if (isNews) last = { dispatch, offset };
    return isNews;
  };
}
