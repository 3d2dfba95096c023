import { Skeleton, Stack } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ErrorBox } from "./ErrorBox";

interface QueryViewProps<T> {
  query: UseQueryResult<T>;
  /** What stands there while the first answer is awaited; some grey lines by default. */
  loading?: ReactNode;
  children: (data: T) => ReactNode;
}

/** The three states of an answer: awaited, failed (with retry), here. A failed refetch keeps what is shown. */
export function QueryView<T>({ query, loading, children }: QueryViewProps<T>) {
  if (query.data !== undefined) return children(query.data);
  if (query.isError) return <ErrorBox error={query.error} onRetry={() => void query.refetch()} />;
  return loading ?? <SkeletonLines />;
}

/** Grey lines in place of content that is on its way. */
export function SkeletonLines({ count = 6, height = 18 }: { count?: number; height?: number }) {
  return (
    <Stack gap="sm" py="md" aria-busy="true">
      {Array.from({ length: count }, (_, i) => (
        <Skeleton key={i} height={height} width={`${96 - ((i * 17) % 41)}%`} />
      ))}
    </Stack>
  );
}
