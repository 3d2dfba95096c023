import { EmptyState } from "@/components/EmptyState";

export default function DagsPage() {
  return <EmptyState title="DagsPage" />;
}
