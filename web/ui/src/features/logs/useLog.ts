/** A try's log as it is written: read by SSE from the first byte, gathered in a buffer, drawn once a frame. */

import { useEffect, useRef, useState } from "react";
import { address, path } from "@/api/client";
import type { InstanceRef } from "@/api/runTypes";
import { EventStream, type LiveState } from "@/live/EventStream";
import { LogBuffer } from "./buffer";

/** How the log ends; `null` while more may come. */
export type LogEnd = "complete" | "lost" | "cut" | "running" | null;

export interface LogState {
  buffer: LogBuffer;
  /** Grows with every change of the buffer. */
  revision: number;
  connection: LiveState;
  end: LogEnd;
  /** Why nothing comes. */
  waiting: string | null;
  /** Something goes wrong with the address itself: no such try. */
  isBroken: boolean;
}

const EMPTY = { revision: 0, connection: "connecting" as LiveState, end: null, waiting: null, isBroken: false };

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

function follow(source: string, log: LogBuffer, tell: (change: Change) => void): () => void {
  let frame = 0;
  let offset = 0;
  let losses = 0;
  const draw = () => {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      tell((revision) => ({ revision: revision + 1 }));
    });
  };
  const handlers = {
    text: (data: unknown) => {
      const piece = data as { offset: number; text: string };
      // After a reconnection the server may begin with what is here already.
      if (piece.offset < offset) return;
      offset = piece.offset + 1;
      losses = 0;
      log.append(piece.text);
      tell(() => ({ waiting: null }));
      draw();
    },
    waiting: (data: unknown) => tell(() => ({ waiting: (data as { why: string }).why })),
    end: (data: unknown) => {
      stream.stop();
      tell((revision) => ({
        end: (data as { reason: LogEnd }).reason ?? "complete",
        waiting: null,
        revision: revision + 1,
      }));
    },
  };
  const stream = new EventStream(address(source), handlers, (connection) => {
    if (connection === "lost") losses += 1;
    tell(() => ({ connection, isBroken: losses > 2 && log.length === 0 }));
  });
  stream.start();
  return () => {
    cancelAnimationFrame(frame);
    stream.stop();
  };
}
