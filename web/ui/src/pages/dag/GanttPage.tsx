import { EmptyState } from "@/components/EmptyState";

export default function GanttPage() {
  return <EmptyState title="GanttPage" />;
}
