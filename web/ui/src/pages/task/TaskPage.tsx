import { EmptyState } from "@/components/EmptyState";

export default function TaskPage() {
  return <EmptyState title="TaskPage" />;
}
