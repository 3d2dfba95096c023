import { EmptyState } from "@/components/EmptyState";

export default function GridPage() {
  return <EmptyState title="GridPage" />;
}
