import { EmptyState } from "@/components/EmptyState";

export default function RunsPage() {
  return <EmptyState title="RunsPage" />;
}
