import { EmptyState } from "@/components/EmptyState";

export default function DetailsPage() {
  return <EmptyState title="DetailsPage" />;
}
