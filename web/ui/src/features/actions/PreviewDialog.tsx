import { Button, Group, Modal, Stack, Text as Words } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ErrorBox } from "@/components/ErrorBox";
import { useText } from "@/i18n";
import type { Change } from "./changes";
import classes from "./Preview.module.css";
import { PreviewList } from "./PreviewList";

interface PreviewDialogProps {
  title: string;
  /** The options, above the preview. */
  children: ReactNode;
  /** Everything that the preview depends on. */
  options: unknown;
  /** The verb with the number: "Clear 12 task instances". */
  confirm: (count: number) => string;
  danger?: boolean;
  run: (dryRun: boolean) => Promise<Change>;
  onDone: (change: Change) => void;
  onClose: () => void;
}

/** A change with options: shows what it would touch before it is made. */
export function PreviewDialog({ title, children, options, confirm, danger, run, onDone, onClose }: PreviewDialogProps) {
  const t = useText();
  const preview = useQuery({
    queryKey: ["preview", title, options],
    queryFn: () => run(true),
    placeholderData: (previous: Change | undefined) => previous,
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
  const change = useMutation({
    mutationFn: () => run(false),
    onSuccess: (done) => {
      onDone(done);
      onClose();
    },
  });
  const count = preview.data?.task_instances.length ?? 0;
  return (
    <Modal opened onClose={onClose} title={title} size="lg" closeButtonProps={{ "aria-label": t("action.close") }}>
      <Stack gap="sm">
        {children}
        <div className={classes.preview} data-stale={preview.isPlaceholderData || undefined} aria-live="polite">
          {preview.isError ? (
            <ErrorBox error={preview.error} onRetry={() => void preview.refetch()} />
          ) : preview.data ? (
            <PreviewList change={preview.data} />
          ) : (
            <Words c="dimmed" fz="sm">
              {t("actions.lookingUp")}
            </Words>
          )}
        </div>
        {change.isError && <ErrorBox error={change.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t("action.cancel")}
          </Button>
          <Button
            {...(danger ? { color: "red" } : {})}
            loading={change.isPending}
            disabled={count === 0 || preview.isError || preview.isPlaceholderData}
            onClick={() => change.mutate()}
            data-autofocus
          >
            {confirm(count)}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
