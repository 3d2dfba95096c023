import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { api } from "@/api/client";
import type { BackfillPreview, NewBackfill } from "@/api/operatingTypes";
import { useMay } from "@/api/session";

const PAUSE = 400;

/** What would become of each date; `isCurrent` when that is of just this request. */
export function usePreview(request: NewBackfill | null) {
  const may = useMay("operator");
  const written = JSON.stringify(request);
  const [asked] = useDebouncedValue(written, PAUSE);
  const query = useQuery({
    queryKey: ["preview", "backfill", asked],
    queryFn: () => api.post<BackfillPreview>("/backfills/dry_run", JSON.parse(asked)),
    enabled: may && asked !== "null",
    placeholderData: (before) => (asked === "null" ? undefined : before),
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
  return { query, isCurrent: asked === written && !query.isPlaceholderData };
}

export type Preview = ReturnType<typeof usePreview>;
