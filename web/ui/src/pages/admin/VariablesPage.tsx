import { EmptyState } from "@/components/EmptyState";

export default function VariablesPage() {
  return <EmptyState title="VariablesPage" />;
}
