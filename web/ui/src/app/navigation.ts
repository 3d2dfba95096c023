import { Boxes, HardDrive, House, Layers, type LucideIcon, Network, Settings } from "lucide-react";
import type { Role } from "../api/types";
import type { MessageKey } from "../i18n";

export interface Place {
  to: string;
  label: MessageKey;
  icon?: LucideIcon;
  /** The second key of the shortcut that goes there (`g`, then this one). */
  key?: string;
  role?: Role;
  end?: boolean;
}

/** The places of the left navigation, in order. */
export const PLACES: readonly Place[] = [
  { to: "/", label: "nav.home", icon: House, key: "h", end: true },
  { to: "/dags", label: "nav.dags", icon: Network, key: "d" },
  { to: "/assets", label: "nav.assets", icon: Boxes, key: "a" },
  { to: "/queues", label: "nav.queues", icon: Layers, key: "q" },
  { to: "/nodes", label: "nav.nodes", icon: HardDrive, key: "n" },
];

export const ADMIN: Place = { to: "/admin", label: "nav.admin", icon: Settings };

/** The pages of the administration. */
export const ADMIN_PLACES: readonly Place[] = [
  { to: "/admin/pools", label: "admin.pools" },
  { to: "/admin/connections", label: "admin.connections" },
  { to: "/admin/variables", label: "admin.variables" },
  { to: "/admin/users", label: "admin.users", role: "admin" },
  { to: "/admin/tokens", label: "admin.tokens" },
  { to: "/admin/import-errors", label: "admin.importErrors" },
  { to: "/admin/audit", label: "admin.audit", role: "operator" },
  { to: "/admin/config", label: "admin.config", role: "admin" },
];
