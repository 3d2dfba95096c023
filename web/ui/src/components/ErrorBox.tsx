import { Alert, Button, Text as Words } from "@mantine/core";
import { TriangleAlert } from "lucide-react";
import { ApiError, Unreachable } from "../api/problem";
import { type Translate, useText } from "../i18n";
import { Coded } from "./Advised";
import { advised } from "./advice";

/** What went wrong and what helps, in the user's words. */
export function wordsFor(error: unknown, t: Translate): { what: string; remedy: string | null } {
  if (error instanceof Unreachable) return { what: t("error.unreachable"), remedy: t("error.unreachable.remedy") };
  if (error instanceof ApiError) {
    if (error.status >= 500 && !error.remedy)
      return { what: t("error.server", { status: error.status }), remedy: t("error.server.remedy") };
    return { what: error.message, remedy: error.remedy && advised(error.remedy, t) };
  }
  return { what: error instanceof Error ? error.message : String(error), remedy: null };
}

/** Whether the server refuses it to this user: asking again gets the same answer. */
const isRefusal = (error: unknown) => error instanceof ApiError && error.status === 403;

/** An error in words, with its remedy and, where it can help, a button to try again. */
export function ErrorBox({ error, onRetry, title }: { error: unknown; onRetry?: () => void; title?: string }) {
  const t = useText();
  const { what, remedy } = wordsFor(error, t);
  return (
    <Alert color="red" variant="light" icon={<TriangleAlert size={18} />} title={title ?? what} role="alert" my="sm">
      {title && <Words fz="sm">{what}</Words>}
      {remedy && (
        <Words fz="sm" c="dimmed">
          <Coded text={remedy} />
        </Words>
      )}
      {onRetry && !isRefusal(error) && (
        <Button size="xs" variant="default" mt="xs" onClick={onRetry}>
          {t("action.retry")}
        </Button>
      )}
    </Alert>
  );
}
