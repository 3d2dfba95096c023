import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { address, api } from "@/api/client";
import { keys } from "@/api/keys";
import { QueryView } from "@/components/QueryView";
import { AdminPage } from "@/features/admin/AdminPage";
import { ApiReference } from "@/features/apiReference/ApiReference";
import type { ApiDocument } from "@/features/apiReference/document";
import { Text, useText } from "@/i18n";
import classes from "./ApiDocsPage.module.css";

/** The reference of the REST API, made of the document that this web node serves. */
export default function ApiDocsPage() {
  const t = useText();
  const query = useQuery({
    queryKey: keys.apiDocument,
    queryFn: ({ signal }) => api.get<ApiDocument>("/openapi.json", { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <AdminPage title={t("apiref.title")} hint={t("apiref.hint")}>
      <p className={classes.intro}>
        <Text
          k="apiref.intro"
          values={{
            tokens: <Link to="/admin/tokens">{t("admin.tokens")}</Link>,
            file: <a href={address("/openapi.json")}>openapi.json</a>,
          }}
        />
      </p>
      <QueryView query={query}>{(document) => <ApiReference document={document} />}</QueryView>
    </AdminPage>
  );
}
