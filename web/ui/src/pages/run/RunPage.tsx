import { EmptyState } from "@/components/EmptyState";

export default function RunPage() {
  return <EmptyState title="RunPage" />;
}
