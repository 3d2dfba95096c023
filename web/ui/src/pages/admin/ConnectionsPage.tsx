import { EmptyState } from "@/components/EmptyState";

export default function ConnectionsPage() {
  return <EmptyState title="ConnectionsPage" />;
}
