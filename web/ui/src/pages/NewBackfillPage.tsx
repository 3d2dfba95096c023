import { Button, Group, Stack, Title, Text as Words } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useNavigate } from "react-router";
import { ErrorBox } from "@/components/ErrorBox";
import { Guarded } from "@/components/Guarded";
import { toastDone } from "@/components/toasts";
import { useDraft } from "@/components/useDraft";
import classes from "@/features/backfills/Backfills.module.css";
import { Fields } from "@/features/backfills/Fields";
import { PreviewPanel, runsOf } from "@/features/backfills/PreviewPanel";
import { useCreateBackfill } from "@/features/backfills/queries";
import { type Draft, emptyDraft, requestOf } from "@/features/backfills/request";
import { useDagFilter } from "@/features/backfills/useDagFilter";
import { usePreview } from "@/features/backfills/usePreview";
import { useText } from "@/i18n";

/** The form that makes a backfill: beside it stands what it would do, and only that can be made. */
export default function NewBackfillPage() {
  const t = useText();
  const navigate = useNavigate();
  const [dagId, setDagId] = useDagFilter();
  const [now] = useState(Date.now);
  const { draft, set } = useDraft(emptyDraft(dagId, now));
  const change = (some: Partial<Draft>) => {
    set(some);
    if (some.dagId !== undefined) setDagId(some.dagId);
  };
  const request = useMemo(() => requestOf(draft), [draft]);
  const preview = usePreview(request);
  const runs = preview.query.isError ? 0 : runsOf(preview.query.data?.dates ?? []);
  const create = useCreateBackfill();
  const call = useMutation({
    mutationFn: create,
    onSuccess: (made) => {
      toastDone(t("backfills.created.toast", { id: String(made.id), dag: made.dag_id }));
      void navigate(`/backfills/${made.id}`);
    },
  });
  const submit = (event: React.FormEvent) => {
    event.preventDefault();
    if (request && preview.isCurrent && runs > 0) call.mutate(request);
  };
  return (
    <Stack gap="md" maw="80rem">
      <div>
        <Title order={1}>{t("backfills.new")}</Title>
        <Words c="dimmed" fz="sm">
          {t("backfills.hint")}
        </Words>
      </div>
      <form onSubmit={submit} noValidate className={classes.columns}>
        <Stack gap="md">
          <Fields draft={draft} set={change} />
          {call.isError && <ErrorBox error={call.error} />}
          <Group gap="xs">
            <Guarded role="operator">
              {(disabled) => (
                <Button
                  type="submit"
                  loading={call.isPending}
                  disabled={disabled || !request || !preview.isCurrent || runs === 0}
                >
                  {runs > 0 ? t("backfills.create.runs", { count: runs }) : t("backfills.create")}
                </Button>
              )}
            </Guarded>
            <Button variant="default" onClick={() => void navigate(-1)}>
              {t("action.cancel")}
            </Button>
          </Group>
        </Stack>
        <PreviewPanel preview={preview} />
      </form>
    </Stack>
  );
}
