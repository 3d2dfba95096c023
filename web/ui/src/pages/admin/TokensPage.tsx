import { SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { useMay } from "@/api/session";
import { AdminPage } from "@/features/admin/AdminPage";
import { NewTokenDialog } from "@/features/tokens/NewTokenDialog";
import { TokenList } from "@/features/tokens/TokenList";
import { useText } from "@/i18n";

/** API tokens, of oneself and (for admins) of everybody. */
export default function TokensPage() {
  const t = useText();
  const isAdmin = useMay("admin");
  const [whose, setWhose] = useState(isAdmin ? "all" : "own");
  const [adding, setAdding] = useState(false);
  return (
    <AdminPage
      title={t("admin.tokens")}
      hint={t("tokens.hint")}
      tools={
        isAdmin && (
          <SegmentedControl
            size="xs"
            aria-label={t("tokens.whose")}
            value={whose}
            onChange={setWhose}
            data={[
              { value: "all", label: t("tokens.all") },
              { value: "own", label: t("tokens.own") },
            ]}
          />
        )
      }
      add={{ label: t("tokens.add"), role: "viewer", onClick: () => setAdding(true) }}
    >
      <TokenList everybodys={whose === "all"} />
      {adding && <NewTokenDialog onClose={() => setAdding(false)} />}
    </AdminPage>
  );
}
