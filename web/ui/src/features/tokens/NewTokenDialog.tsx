import { Alert, Button, Checkbox, Code, Group, Modal, Select, Stack, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { MadeToken, Scope } from "@/api/adminTypes";
import { api } from "@/api/client";
import { useSession } from "@/api/session";
import { CopyButton } from "@/components/CopyButton";
import { FormDialog } from "@/components/FormDialog";
import { useDraft } from "@/components/useDraft";
import { type MessageKey, useText } from "@/i18n";
import { expiryOf, SCOPES_OF } from "./scopes";
import { TOKENS } from "./TokenList";

const LIFETIMES = ["7", "30", "90", "365", ""];

/** Makes an API token, and shows it: this once. */
export function NewTokenDialog({ onClose }: { onClose: () => void }) {
  const t = useText();
  const client = useQueryClient();
  const { role } = useSession().user;
  const [made, setMade] = useState<MadeToken | null>(null);
  const { draft, set, bind } = useDraft({ name: "", scopes: ["read"] as Scope[], days: "90" });
  const save = async () => {
    const body = { name: draft.name, scopes: draft.scopes, expires_at: expiryOf(draft.days, new Date()) };
    setMade(await api.post<MadeToken>("/tokens", body));
    await client.invalidateQueries({ queryKey: TOKENS });
  };
  if (made) return <ShownOnce token={made} onClose={onClose} />;
  return (
    <FormDialog title={t("tokens.add")} submit={t("tokens.create")} onSubmit={save} onClose={onClose} keepOpen>
      {(errorOf) => (
        <>
          <TextInput
            label={t("tokens.name")}
            description={t("tokens.name.hint")}
            required
            error={errorOf("name")}
            data-autofocus
            {...bind("name")}
          />
          <Checkbox.Group
            label={t("tokens.scopes")}
            error={errorOf("scopes")}
            value={draft.scopes}
            onChange={(scopes) => set({ scopes: scopes as Scope[] })}
          >
            <Stack gap={6} mt={4}>
              {SCOPES_OF[role].map((scope) => (
                <Checkbox key={scope} value={scope} label={t(`tokens.scope.${scope}.may` as MessageKey)} />
              ))}
            </Stack>
          </Checkbox.Group>
          <Select
            label={t("tokens.lifetime")}
            allowDeselect={false}
            error={errorOf("expires_at")}
            data={LIFETIMES.map((days) => ({
              value: days,
              label: days ? t("tokens.days", { count: Number(days) }) : t("tokens.noEnd"),
            }))}
            value={draft.days}
            onChange={(days) => set({ days: days ?? "" })}
          />
        </>
      )}
    </FormDialog>
  );
}

function ShownOnce({ token, onClose }: { token: MadeToken; onClose: () => void }) {
  const t = useText();
  return (
    <Modal
      opened
      onClose={onClose}
      title={token.name}
      closeOnClickOutside={false}
      closeOnEscape={false}
      closeButtonProps={{ "aria-label": t("action.close") }}
    >
      <Stack gap="md">
        <Alert color="yellow" variant="light">
          {t("tokens.once")}
        </Alert>
        <Group gap="xs" wrap="nowrap">
          <Code block style={{ flex: 1, overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>
            {token.token}
          </Code>
          <CopyButton value={token.token} />
        </Group>
        <Code block fz="xs" style={{ whiteSpace: "pre-wrap" }}>
          {`curl -H "Authorization: Bearer $TOKEN" ${window.location.origin}${new URL(document.baseURI).pathname}api/v1/dags`}
        </Code>
        <Button onClick={onClose}>{t("tokens.stored")}</Button>
      </Stack>
    </Modal>
  );
}
