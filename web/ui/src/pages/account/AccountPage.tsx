import { EmptyState } from "@/components/EmptyState";

export default function AccountPage() {
  return <EmptyState title="AccountPage" />;
}
