import { EmptyState } from "@/components/EmptyState";

export default function QueuesPage() {
  return <EmptyState title="QueuesPage" />;
}
