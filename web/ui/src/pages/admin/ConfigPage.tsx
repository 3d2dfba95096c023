import { EmptyState } from "@/components/EmptyState";

export default function ConfigPage() {
  return <EmptyState title="ConfigPage" />;
}
