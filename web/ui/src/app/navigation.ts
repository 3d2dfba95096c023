import {
  AlarmClock,
  Boxes,
  CirclePause,
  HardDrive,
  History,
  Hourglass,
  House,
  Layers,
  ListChecks,
  ListVideo,
  type LucideIcon,
  Network,
  Settings,
} from "lucide-react";
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

/** The first places of the left navigation, in order. */
export const OVERVIEW: readonly Place[] = [
  { to: "/", label: "nav.home", icon: House, key: "h", end: true },
  { to: "/dags", label: "nav.dags", icon: Network, key: "d" },
  { to: "/runs", label: "nav.runs", icon: ListVideo, key: "r" },
  { to: "/tasks", label: "nav.tasks", icon: ListChecks, key: "t" },
  { to: "/assets", label: "nav.assets", icon: Boxes, key: "a" },
];

/** The places below the heading "Operate". */
export const OPERATE: readonly Place[] = [
  { to: "/backfills", label: "nav.backfills", icon: History, key: "b" },
  { to: "/deadlines", label: "nav.deadlines", icon: AlarmClock, key: "l" },
  { to: "/triggers", label: "nav.triggers", icon: Hourglass, key: "w" },
  { to: "/holds", label: "nav.holds", icon: CirclePause, key: "o" },
  { to: "/queues", label: "nav.queues", icon: Layers, key: "q" },
  { to: "/nodes", label: "nav.nodes", icon: HardDrive, key: "n" },
];

/** All of them but the administration. */
export const PLACES: readonly Place[] = [...OVERVIEW, ...OPERATE];

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
