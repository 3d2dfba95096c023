import { EmptyState } from "@/components/EmptyState";

export default function TokensPage() {
  return <EmptyState title="TokensPage" />;
}
