import { EmptyState } from "@/components/EmptyState";

export default function HomePage() {
  return <EmptyState title="HomePage" />;
}
