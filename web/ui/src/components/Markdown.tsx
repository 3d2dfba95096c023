import { lazy, Suspense } from "react";
import { SkeletonLines } from "./QueryView";

const MarkdownText = lazy(() => import("./MarkdownText"));

/** Text that users wrote in Markdown (doc_md, notes, descriptions), safely: no HTML, no pictures. Fetched when first needed. */
export function Markdown({ children }: { children: string }) {
  return (
    <Suspense fallback={<SkeletonLines count={2} />}>
      <MarkdownText source={children} />
    </Suspense>
  );
}
