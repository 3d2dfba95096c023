import { Badge } from "@mantine/core";
import type { Token, TokenPage } from "@/api/adminTypes";
import { path } from "@/api/client";
import { keys } from "@/api/keys";
import { useSession } from "@/api/session";
import { useList } from "@/api/useList";
import type { Column } from "@/components/DataTable";
import { EmptyState } from "@/components/EmptyState";
import { ListView } from "@/components/ListView";
import classes from "@/features/admin/AdminPage.module.css";
import { DeleteDialog } from "@/features/admin/DeleteDialog";
import { useEditing } from "@/features/admin/useEditing";
import { type MessageKey, useText } from "@/i18n";
import { Time } from "@/time/Time";
import { useNow } from "@/time/useNow";
import { RevokeButton } from "./RevokeButton";

export const TOKENS = keys.admin("tokens");
const rows = ({ tokens }: TokenPage) => tokens;

/** API tokens: one's own, or everybody's (for admins). */
export function TokenList({ everybodys }: { everybodys: boolean }) {
  const t = useText();
  const list = useList<Token, TokenPage>({
    queryKey: [...TOKENS, everybodys],
    resource: "/tokens",
    query: { all: everybodys || null },
    rows,
  });
  const editing = useEditing<Token>(TOKENS);
  const me = useSession().user;
  const columns: Column<Token>[] = [
    {
      id: "name",
      header: t("tokens.name"),
      width: "minmax(9rem, 1.2fr)",
      cell: (token) => <span className={classes.strong}>{token.name}</span>,
    },
    ...(everybodys
      ? [{ id: "user", header: t("users.name"), width: "minmax(6rem, 0.8fr)", cell: (token: Token) => token.username }]
      : []),
    {
      id: "scopes",
      header: t("tokens.scopes"),
      width: "minmax(8rem, 1fr)",
      wideOnly: true,
      cell: (token) => <Scopes token={token} />,
    },
    {
      id: "used",
      header: t("tokens.used"),
      width: "9rem",
      wideOnly: true,
      cell: (token) => <Time at={token.last_used_at} as="relative" />,
    },
    { id: "expires", header: t("tokens.expires"), width: "10rem", cell: (token) => <Expiry at={token.expires_at} /> },
    {
      id: "actions",
      header: "",
      width: "4rem",
      align: "right",
      cell: (token) =>
        (token.username === me.username || me.role === "admin") && (
          <RevokeButton token={token} onClick={() => editing.remove(token)} />
        ),
    },
  ];
  return (
    <>
      <ListView
        list={list}
        columns={columns}
        rowKey={(token) => String(token.id)}
        label={t("admin.tokens")}
        empty={<EmptyState title={t("tokens.empty")}>{t("tokens.empty.text")}</EmptyState>}
      />
      {editing.deleted && (
        <DeleteDialog
          name={editing.deleted.name}
          resource={path`/tokens/${editing.deleted.id}`}
          onDone={editing.refresh}
          onClose={editing.close}
        >
          {t("tokens.delete.text")}
        </DeleteDialog>
      )}
    </>
  );
}

function Scopes({ token }: { token: Token }) {
  const t = useText();
  return (
    <span className={classes.actions}>
      {token.scopes.map((scope) => (
        <Badge key={scope} variant="default" size="sm" tt="none">
          {t(`tokens.scope.${scope}` as MessageKey)}
        </Badge>
      ))}
    </span>
  );
}

function Expiry({ at }: { at: string | null }) {
  const t = useText();
  const now = useNow("slow");
  if (at && Date.parse(at) < now)
    return <span style={{ color: "var(--state-failed-ink)" }}>{t("tokens.expired")}</span>;
  return <Time at={at} as="relative" none={t("tokens.noEnd")} />;
}
