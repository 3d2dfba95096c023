import { useQuery } from "@tanstack/react-query";
import { FileCheck2, Lightbulb } from "lucide-react";
import type { ImportProblem } from "@/api/adminTypes";
import { api } from "@/api/client";
import { keys } from "@/api/keys";
import { CopyButton } from "@/components/CopyButton";
import { EmptyState } from "@/components/EmptyState";
import { QueryView } from "@/components/QueryView";
import { AdminPage } from "@/features/admin/AdminPage";
import { useText } from "@/i18n";
import { Time } from "@/time/Time";
import classes from "./ImportErrorsPage.module.css";

/** DAG files that cannot be read: where, why, and what helps. */
export default function ImportErrorsPage() {
  const t = useText();
  const errors = useQuery({
    queryKey: keys.importErrors(),
    queryFn: ({ signal }) =>
      api.get<{ import_errors: ImportProblem[] }>("/importErrors", { query: { limit: 1000 }, signal }),
  });
  return (
    <AdminPage title={t("admin.importErrors")} hint={t("imports.hint")}>
      <QueryView query={errors}>
        {({ import_errors: found }) =>
          found.length === 0 ? (
            <EmptyState icon={FileCheck2} title={t("imports.empty")}>
              {t("imports.empty.text")}
            </EmptyState>
          ) : (
            <div className={classes.list}>
              {found.map((error) => (
                <ImportErrorCard key={error.filename} error={error} />
              ))}
            </div>
          )
        }
      </QueryView>
    </AdminPage>
  );
}

function ImportErrorCard({ error }: { error: ImportProblem }) {
  const place = error.line > 0 ? `${error.filename}:${error.line}` : error.filename;
  return (
    <article className={classes.card}>
      <header className={classes.head}>
        <span className={classes.place}>{place}</span>
        <CopyButton value={place} />
        <span className={classes.when}>
          <Time at={error.timestamp} as="relative" />
        </span>
      </header>
      <pre className={classes.message}>{error.message}</pre>
      {error.remedy && (
        <p className={classes.remedy}>
          <Lightbulb size={15} aria-hidden />
          {error.remedy}
        </p>
      )}
    </article>
  );
}
