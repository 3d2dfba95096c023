import { EmptyState } from "@/components/EmptyState";

export default function UsersPage() {
  return <EmptyState title="UsersPage" />;
}
