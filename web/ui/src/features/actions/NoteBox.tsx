import { Button, Group, Textarea, UnstyledButton } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { NotebookPen } from "lucide-react";
import { useState } from "react";
import { useMay } from "@/api/session";
import { ErrorBox } from "@/components/ErrorBox";
import { useText } from "@/i18n";
import classes from "./NoteBox.module.css";

interface NoteBoxProps {
  note: string | null;
  save: (note: string) => Promise<unknown>;
  onSaved: () => void;
}

/** A note on a run or a task: shown as it was typed, edited in place. */
export function NoteBox({ note, save, onSaved }: NoteBoxProps) {
  const t = useText();
  const may = useMay("operator");
  const [draft, setDraft] = useState<string | null>(null);
  const saving = useMutation({
    mutationFn: (text: string) => save(text),
    onSuccess: () => {
      setDraft(null);
      onSaved();
    },
  });
  if (draft === null) {
    if (!may && !note) return null;
    return (
      <UnstyledButton
        className={classes.note}
        data-empty={!note || undefined}
        disabled={!may}
        onClick={() => setDraft(note ?? "")}
      >
        <NotebookPen size={14} aria-hidden />
        <span className={classes.words}>{note || t("note.add")}</span>
      </UnstyledButton>
    );
  }
  return (
    <div>
      <Textarea
        aria-label={t("note.label")}
        autosize
        minRows={2}
        maxRows={10}
        maxLength={1000}
        value={draft}
        onChange={(event) => setDraft(event.currentTarget.value)}
        autoFocus
      />
      {saving.isError && <ErrorBox error={saving.error} />}
      <Group gap={6} mt={6}>
        <Button size="xs" loading={saving.isPending} onClick={() => saving.mutate(draft)}>
          {t("action.save")}
        </Button>
        <Button size="xs" variant="default" onClick={() => setDraft(null)}>
          {t("action.cancel")}
        </Button>
      </Group>
    </div>
  );
}
