import { Button } from "@mantine/core";
import { useRouteError } from "react-router";
import { EmptyState } from "../components/EmptyState";
import { useText } from "../i18n";

/** Stands in for a page that threw: says so, and offers to load it again. */
export function PageBroken() {
  const t = useText();
  const error = useRouteError();
  const message = error instanceof Error ? error.message : String(error);
  return (
    <EmptyState
      title={t("error.broken", { message })}
      action={<Button onClick={() => window.location.reload()}>{t("action.retry")}</Button>}
    >
      {t("error.broken.remedy")}
    </EmptyState>
  );
}
