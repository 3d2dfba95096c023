import { EmptyState } from "@/components/EmptyState";

export default function DurationPage() {
  return <EmptyState title="DurationPage" />;
}
