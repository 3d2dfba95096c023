import { EmptyState } from "@/components/EmptyState";

export default function NodesPage() {
  return <EmptyState title="NodesPage" />;
}
