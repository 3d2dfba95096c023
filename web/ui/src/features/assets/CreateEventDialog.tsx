import { JsonInput, Stack, Text as Words } from "@mantine/core";
import { useState } from "react";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { toastDone } from "@/components/toasts";
import { useText } from "@/i18n";
import { extraOf } from "./extra";
import { type Asset, useAssetActions } from "./queries";

interface DialogProps {
  asset: Asset;
  opened: boolean;
  onClose: () => void;
}

/** Says that an asset was updated outside of Headway. */
export function CreateEventDialog({ asset, opened, onClose }: DialogProps) {
  const t = useText();
  const [text, setText] = useState("");
  const { createEvent } = useAssetActions(asset.id);
  const { extra, fault } = extraOf(text, t("assets.create.mustBeObject"));
  const act = async () => {
    await createEvent(extra);
    setText("");
    toastDone(t("assets.create.done", { asset: asset.name }));
  };
  return (
    <ConfirmDialog
      opened={opened}
      title={t("assets.create")}
      confirm={t("assets.create.confirm")}
      disabled={fault !== null}
      onConfirm={act}
      onClose={onClose}
    >
      <Stack gap="sm">
        <Words>{t("assets.create.what", { asset: asset.name })}</Words>
        <JsonInput
          label={t("assets.create.extra")}
          placeholder='{"rows": 120}'
          autosize
          minRows={4}
          maxRows={14}
          value={text}
          onChange={setText}
          error={fault === null ? undefined : t("assets.create.badJson", { reason: fault })}
        />
      </Stack>
    </ConfirmDialog>
  );
}
