import type { ComponentType } from "react";
import { Navigate, type RouteObject } from "react-router";
import { AppShell } from "./AppShell";
import { PageBroken } from "./PageBroken";

type PageModule = { default: ComponentType };

/** A page that is fetched when it is first opened. */
const page = (load: () => Promise<PageModule>) => async () => ({ Component: (await load()).default });

/** What stands there while the first page is fetched: nothing, it is a moment. */
const Nothing = () => null;

const dagPages: RouteObject[] = [
  { index: true, element: <Navigate to="grid" replace /> },
  { path: "grid", lazy: page(() => import("../pages/dag/GridPage")) },
  { path: "graph", lazy: page(() => import("../pages/dag/GraphPage")) },
  { path: "duration", lazy: page(() => import("../pages/dag/DurationPage")) },
  { path: "gantt", lazy: page(() => import("../pages/dag/GanttPage")) },
  { path: "code", lazy: page(() => import("../pages/dag/CodePage")) },
  { path: "runs", lazy: page(() => import("../pages/dag/RunsPage")) },
  { path: "details", lazy: page(() => import("../pages/dag/DetailsPage")) },
  { path: "runs/:runId", lazy: page(() => import("../pages/run/RunPage")) },
  { path: "runs/:runId/tasks/:taskId", lazy: page(() => import("../pages/task/TaskPage")) },
  { path: "runs/:runId/tasks/:taskId/:mapIndex", lazy: page(() => import("../pages/task/TaskPage")) },
];

const adminPages: RouteObject[] = [
  { path: "pools", lazy: page(() => import("../pages/admin/PoolsPage")) },
  { path: "connections", lazy: page(() => import("../pages/admin/ConnectionsPage")) },
  { path: "variables", lazy: page(() => import("../pages/admin/VariablesPage")) },
  { path: "users", lazy: page(() => import("../pages/admin/UsersPage")) },
  { path: "tokens", lazy: page(() => import("../pages/admin/TokensPage")) },
  { path: "import-errors", lazy: page(() => import("../pages/admin/ImportErrorsPage")) },
  { path: "audit", lazy: page(() => import("../pages/admin/AuditPage")) },
  { path: "config", lazy: page(() => import("../pages/admin/ConfigPage")) },
];

/** Every address of the UI. Pages below the shell need a session; the shell asks for it. */
export const routes: RouteObject[] = [
  {
    path: "/login",
    lazy: page(() => import("../pages/login/LoginPage")),
    ErrorBoundary: PageBroken,
    HydrateFallback: Nothing,
  },
  {
    path: "/",
    Component: AppShell,
    HydrateFallback: Nothing,
    ErrorBoundary: PageBroken,
    children: [
      {
        ErrorBoundary: PageBroken,
        children: [
          { index: true, lazy: page(() => import("../pages/home/HomePage")) },
          { path: "dags", lazy: page(() => import("../pages/dags/DagsPage")) },
          { path: "dags/:dagId", lazy: page(() => import("../pages/dag/DagFrame")), children: dagPages },
          { path: "runs", lazy: page(() => import("../pages/RunsPage")) },
          { path: "tasks", lazy: page(() => import("../pages/TasksPage")) },
          { path: "assets", lazy: page(() => import("../pages/AssetsPage")) },
          { path: "assets/:assetId", lazy: page(() => import("../pages/AssetPage")) },
          { path: "backfills", lazy: page(() => import("../pages/BackfillsPage")) },
          { path: "backfills/new", lazy: page(() => import("../pages/NewBackfillPage")) },
          { path: "backfills/:backfillId", lazy: page(() => import("../pages/BackfillPage")) },
          { path: "deadlines", lazy: page(() => import("../pages/DeadlinesPage")) },
          { path: "triggers", lazy: page(() => import("../pages/TriggersPage")) },
          { path: "holds", lazy: page(() => import("../pages/HoldsPage")) },
          { path: "queues", lazy: page(() => import("../pages/QueuesPage")) },
          { path: "nodes", lazy: page(() => import("../pages/NodesPage")) },
          { path: "admin", lazy: page(() => import("../pages/admin/AdminFrame")), children: adminPages },
          { path: "api-docs", lazy: page(() => import("../pages/ApiDocsPage")) },
          { path: "docs", element: <Navigate to="/api-docs" replace /> },
          { path: "account", lazy: page(() => import("../pages/account/AccountPage")) },
          { path: "*", lazy: page(() => import("../pages/NotFoundPage")) },
        ],
      },
    ],
  },
];
