import { EmptyState } from "@/components/EmptyState";

export default function CodePage() {
  return <EmptyState title="CodePage" />;
}
