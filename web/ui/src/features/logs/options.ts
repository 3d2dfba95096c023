import { useCallback, useState } from "react";

export interface LogOptions {
  wrap: boolean;
  times: boolean;
}

const KEY = "headway.logs";
const DEFAULTS: LogOptions = { wrap: true, times: true };

/** How logs are shown in this browser. */
export function useLogOptions(): [LogOptions, (change: Partial<LogOptions>) => void] {
  const [options, setState] = useState(stored);
  const set = useCallback((change: Partial<LogOptions>) => {
    setState((old) => {
      const next = { ...old, ...change };
      try {
        localStorage.setItem(KEY, JSON.stringify(next));
      } catch {
        // private windows may refuse: then it holds until the page is left
      }
      return next;
    });
  }, []);
  return [options, set];
}

function stored(): LogOptions {
  try {
    return { ...DEFAULTS, ...(JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<LogOptions>) };
  } catch {
    return DEFAULTS;
  }
}
