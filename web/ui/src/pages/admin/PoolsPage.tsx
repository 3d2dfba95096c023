import { EmptyState } from "@/components/EmptyState";

export default function PoolsPage() {
  return <EmptyState title="PoolsPage" />;
}
