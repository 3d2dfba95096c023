import { EmptyState } from "@/components/EmptyState";

export default function LoginPage() {
  return <EmptyState title="LoginPage" />;
}
