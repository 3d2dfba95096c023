import { Button, Title } from "@mantine/core";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useSession } from "@/api/session";
import { PasswordForm } from "@/app/PasswordForm";
import { Panel } from "@/components/Panel";
import { toastDone } from "@/components/toasts";
import { NewTokenDialog } from "@/features/tokens/NewTokenDialog";
import { TokenList } from "@/features/tokens/TokenList";
import { type MessageKey, useText } from "@/i18n";
import classes from "./AccountPage.module.css";

/** The user's own account: who one is, the password, API tokens. */
export default function AccountPage() {
  const t = useText();
  const { user } = useSession();
  const [adding, setAdding] = useState(false);
  const [changes, setChanges] = useState(0);
  const done = () => {
    setChanges(changes + 1); // a new form: the fields are empty again
    toastDone(t("password.done"));
  };
  return (
    <div className={classes.page}>
      <Title order={1}>{t("menu.account")}</Title>
      <Panel title={user.display_name || user.username}>
        <dl className={classes.facts}>
          <dt>{t("users.name")}</dt>
          <dd>{user.username}</dd>
          <dt>{t("users.role")}</dt>
          <dd>
            {t(`role.${user.role}` as MessageKey)}: {t(`role.${user.role}.may` as MessageKey)}
          </dd>
        </dl>
      </Panel>
      <Panel title={t("password.change")}>
        {user.is_external ? (
          t("account.external")
        ) : (
          <div className={classes.form}>
            <PasswordForm key={changes} onDone={done} />
          </div>
        )}
      </Panel>
      <div className={classes.tokens}>
        <Title order={2} fz="md">
          {t("admin.tokens")}
        </Title>
        <Button size="xs" variant="default" leftSection={<Plus size={14} />} onClick={() => setAdding(true)}>
          {t("tokens.add")}
        </Button>
      </div>
      <TokenList everybodys={false} />
      {adding && <NewTokenDialog onClose={() => setAdding(false)} />}
    </div>
  );
}
