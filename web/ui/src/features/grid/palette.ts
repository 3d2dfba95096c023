import { useComputedColorScheme } from "@mantine/core";
import { useMemo } from "react";
import { TASK_STATES, type TaskState } from "@/states/states";
import type { Palette } from "./drawings";

/** The colours of states as a canvas needs them: read from the style sheet, again when light turns dark. */
export function usePalette(): Palette {
  const scheme = useComputedColorScheme("light");
  // biome-ignore lint/correctness/useExhaustiveDependencies: the style sheet's values change with the scheme
  return useMemo(() => {
    const style = getComputedStyle(document.documentElement);
    const read = (name: string) => style.getPropertyValue(name).trim();
    const each = (suffix: string) =>
      Object.fromEntries(
        TASK_STATES.map((state) => [state, read(`--state-${state.replaceAll("_", "-")}${suffix}`)]),
      ) as Record<TaskState, string>;
    const page = read("--hw-surface") || "#fff";
    return { fill: each(""), on: each("-on"), page, held: read("--state-deferred-ink") || "#000" };
  }, [scheme]);
}
