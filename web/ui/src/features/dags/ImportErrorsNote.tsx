import { useQuery } from "@tanstack/react-query";
import { TriangleAlert } from "lucide-react";
import { Link } from "react-router";
import { api } from "@/api/client";
import type { Dashboard } from "@/api/homeTypes";
import { keys } from "@/api/keys";
import { useText } from "@/i18n";
import classes from "./ImportErrorsNote.module.css";

/** Says that files could not be read, so that their DAGs are missing or old; nothing when all could be. */
export function ImportErrorsNote() {
  const t = useText();
  const { data: count = 0 } = useQuery({
    queryKey: keys.importErrors("count"),
    queryFn: async ({ signal }) => (await api.get<Dashboard>("/dashboard", { signal })).import_errors,
  });
  if (count === 0) return null;
  return (
    <div className={classes.note}>
      <TriangleAlert size={15} color="var(--state-failed-ink)" aria-hidden />
      <span>
        {t("dags.importErrors", { count })}{" "}
        <Link to="/admin/import-errors">{t("dags.importErrors.show", { count })}</Link>
      </span>
    </div>
  );
}
