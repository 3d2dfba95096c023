import { EmptyState } from "@/components/EmptyState";

export default function ImportErrorsPage() {
  return <EmptyState title="ImportErrorsPage" />;
}
