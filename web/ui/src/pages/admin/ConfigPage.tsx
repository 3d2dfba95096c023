import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Config, ConfigOption } from "@/api/adminTypes";
import { api } from "@/api/client";
import { keys } from "@/api/keys";
import { EmptyState } from "@/components/EmptyState";
import { Panel } from "@/components/Panel";
import { QueryView } from "@/components/QueryView";
import { SearchField } from "@/components/SearchField";
import { AdminPage } from "@/features/admin/AdminPage";
import { useText } from "@/i18n";
import classes from "./ConfigPage.module.css";

/** Every setting of this web node: its value, where it comes from, what it is for. */
export default function ConfigPage() {
  const t = useText();
  const [text, setText] = useState("");
  const config = useQuery({
    queryKey: keys.admin("config"),
    queryFn: ({ signal }) => api.get<Config>("/config", { signal }),
  });
  return (
    <AdminPage
      title={t("admin.config")}
      hint={t("config.hint")}
      tools={<SearchField label={t("admin.filter")} value={text} onChange={setText} />}
    >
      <QueryView query={config}>{(data) => <Sections config={data} text={text.toLowerCase()} />}</QueryView>
    </AdminPage>
  );
}

function Sections({ config, text }: { config: Config; text: string }) {
  const t = useText();
  const fits = ({ key, description }: ConfigOption) => `${key} ${description}`.toLowerCase().includes(text);
  const sections = config.sections
    .map(({ name, options }) => ({ name, options: options.filter(fits) }))
    .filter(({ options }) => options.length > 0);
  if (sections.length === 0) return <EmptyState title={t("empty.filtered")} />;
  return sections.map(({ name, options }) => (
    <Panel key={name} title={name} flush>
      {options.map((option) => (
        <Option key={option.key} option={option} />
      ))}
    </Panel>
  ));
}

function Option({ option: { key, value, source, description } }: { option: ConfigOption }) {
  const t = useText();
  const isDefault = source === "default";
  return (
    <div className={classes.option}>
      <div>
        <div className={classes.key}>{key}</div>
        <div className={classes.description}>{description}</div>
      </div>
      <div>
        <div className={classes.value} data-set={!isDefault || undefined}>
          {value === null || value === "" ? <span className={classes.faint}>{t("config.unset")}</span> : wordsOf(value)}
        </div>
        <div className={classes.description}>{isDefault ? t("config.default") : source}</div>
      </div>
    </div>
  );
}

const wordsOf = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
