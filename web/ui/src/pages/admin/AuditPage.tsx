import { EmptyState } from "@/components/EmptyState";

export default function AuditPage() {
  return <EmptyState title="AuditPage" />;
}
