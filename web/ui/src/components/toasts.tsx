import { ActionIcon, Portal } from "@mantine/core";
import { CircleCheck, TriangleAlert, X } from "lucide-react";
import { useSyncExternalStore } from "react";
import { Link } from "react-router";
import { type Translate, useText } from "../i18n";
import { wordsFor } from "./ErrorBox";
import classes from "./toasts.module.css";

interface Toast {
  id: number;
  kind: "done" | "failed";
  text: string;
  remedy: string | null;
  /** The page of what it tells of. */
  to?: string;
}

const SHOWN_FOR = { done: 4_000, failed: 12_000 };
let toasts: readonly Toast[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

function change(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const dismiss = (id: number) => change(toasts.filter((toast) => toast.id !== id));

function show(toast: Omit<Toast, "id">): void {
  const id = nextId++;
  change([...toasts.slice(-3), { id, ...toast }]);
  setTimeout(() => dismiss(id), SHOWN_FOR[toast.kind]);
}

/** Says that something was done: `toastDone(t("dags.paused", { dag }))`; `to` makes it a link to what was made. */
export const toastDone = (text: string, to?: string) => show({ kind: "done", text, remedy: null, ...(to && { to }) });

/** Says that something failed, in the server's words. */
export function toastFailed(error: unknown, t: Translate): void {
  const { what, remedy } = wordsFor(error, t);
  show({ kind: "failed", text: what, remedy });
}

/** Where toasts stand; screen readers are told of each. One of it, in the app shell. */
export function Toasts() {
  const t = useText();
  const shown = useSyncExternalStore(subscribe, () => toasts);
  return (
    <Portal>
      <section className={classes.stack} aria-label={t("notifications")} aria-live="polite">
        {shown.map((toast) => (
          <div key={toast.id} className={classes.toast} data-kind={toast.kind}>
            {toast.kind === "done" ? <CircleCheck size={18} /> : <TriangleAlert size={18} />}
            <div className={classes.words}>
              {toast.to ? <Link to={toast.to}>{toast.text}</Link> : toast.text}
              {toast.remedy && <div className={classes.remedy}>{toast.remedy}</div>}
            </div>
            <ActionIcon
              variant="subtle"
              color="gray"
              size="sm"
              aria-label={t("toast.dismiss")}
              onClick={() => dismiss(toast.id)}
            >
              <X size={14} />
            </ActionIcon>
          </div>
        ))}
      </section>
    </Portal>
  );
}
