import { EmptyState } from "@/components/EmptyState";

export default function GraphPage() {
  return <EmptyState title="GraphPage" />;
}
