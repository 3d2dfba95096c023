import type { Scope } from "@/api/adminTypes";
import type { Role } from "@/api/types";

/** What a token of a user may be for: no more than the user's own role. */
export const SCOPES_OF: Record<Role, readonly Scope[]> = {
  viewer: ["read"],
  operator: ["read", "operate"],
  admin: ["read", "operate", "admin"],
};

/** When a token ends that lives so many days; null for one without end. */
export function expiryOf(days: string, now: Date): string | null {
  return days === "" ? null : new Date(now.getTime() + Number(days) * 86_400_000).toISOString();
}
