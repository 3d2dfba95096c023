import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from "react";
import { address } from "../api/client";
import { keys } from "../api/keys";
import type { LiveState } from "./EventStream";
import { Invalidations, type NOTICES, type RunNotice } from "./notices";
import { followNotices } from "./SharedStream";

type RunListener = (notice: RunNotice) => void;

const StateContext = createContext<LiveState>("connecting");
const ListenersContext = createContext<Set<RunListener>>(new Set());

/** Whether notices arrive. */
export const useLiveState = (): LiveState => useContext(StateContext);

/** Calls `listener` with each notice of a run, for pages that change what they show without asking the server. */
export function useRunNotices(listener: RunListener): void {
  const listeners = useContext(ListenersContext);
  const latest = useRef(listener);
  latest.current = listener;
  useEffect(() => {
    const call: RunListener = (notice) => latest.current(notice);
    listeners.add(call);
    return () => void listeners.delete(call);
  }, [listeners]);
}

/** Listens to live notices, and has react-query refetch what they say has changed. */
export function LiveUpdates({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [state, setState] = useState<LiveState>("connecting");
  const [listeners] = useState(() => new Set<RunListener>());

  useEffect(() => {
    const invalidations = new Invalidations(client);
    let wasLost = false;
    const handlers: Record<(typeof NOTICES)[number], (data: unknown) => void> = {
      run: (data: unknown) => {
        invalidations.run(data as RunNotice);
        for (const listener of listeners) listener(data as RunNotice);
      },
      dags: (data: unknown) => invalidations.dags((data as { dag_ids?: string[] }).dag_ids ?? []),
      nodes: () => invalidations.list(keys.nodes()),
      queues: () => invalidations.list(keys.queues()),
      pools: () => invalidations.list(keys.admin("pools")),
      assets: () => invalidations.list(keys.assets()),
      import_errors: () => invalidations.list(keys.importErrors()),
      resync: () => invalidations.everything(),
    };
    const follow = (next: LiveState) => {
      if (next === "live" && wasLost) invalidations.everything();
      if (next === "lost") void client.invalidateQueries({ queryKey: keys.session }); // it may have ended
      wasLost = next === "lost" || (wasLost && next === "connecting");
      setState(next);
    };
    const leave = followNotices(address("/events"), handlers, follow, () => invalidations.everything());
    return () => {
      leave();
      invalidations.stop();
    };
  }, [client, listeners]);

  return (
    <ListenersContext value={listeners}>
      <StateContext value={state}>{children}</StateContext>
    </ListenersContext>
  );
}
