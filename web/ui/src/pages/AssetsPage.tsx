import { EmptyState } from "@/components/EmptyState";

export default function AssetsPage() {
  return <EmptyState title="AssetsPage" />;
}
