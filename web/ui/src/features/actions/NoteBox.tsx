import { ActionIcon, Button, Group, Textarea } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { NotebookPen, Pencil } from "lucide-react";
import { useState } from "react";
import { useMay } from "@/api/session";
import { ErrorBox } from "@/components/ErrorBox";
import { Markdown } from "@/components/Markdown";
import { useText } from "@/i18n";
import { Time } from "@/time/Time";
import classes from "./NoteBox.module.css";

interface NoteBoxProps {
  /** What the note is on. */
  on: { note: string | null; note_by: string | null; note_at: string | null };
  save: (note: string) => Promise<unknown>;
  onSaved: () => void;
}

/** A note on a run or a task: who left it and when, and its Markdown; edited in place. */
export function NoteBox({ on, save, onSaved }: NoteBoxProps) {
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
    const edit = may ? () => setDraft(on.note ?? "") : null;
    return on.note ? (
      <Note text={on.note} by={on.note_by} at={on.note_at} onEdit={edit} />
    ) : (
      edit && <Add onAdd={edit} />
    );
  }
  return (
    <div>
      <Textarea
        aria-label={t("note.label")}
        description={t("note.hint")}
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

interface NoteProps {
  text: string;
  by: string | null;
  at: string | null;
  /** Null for those who may not. */
  onEdit: (() => void) | null;
}

function Note({ text, by, at, onEdit }: NoteProps) {
  const t = useText();
  return (
    <section className={classes.note} aria-label={t("note.label")}>
      <header className={classes.head}>
        <NotebookPen size={14} aria-hidden />
        <b>{by}</b>
        <Time at={at} as="relative" />
        {onEdit && (
          <ActionIcon
            className={classes.edit ?? ""}
            size="sm"
            variant="subtle"
            color="gray"
            aria-label={t("note.edit")}
            onClick={onEdit}
          >
            <Pencil size={13} />
          </ActionIcon>
        )}
      </header>
      <Markdown>{text}</Markdown>
    </section>
  );
}

function Add({ onAdd }: { onAdd: () => void }) {
  const t = useText();
  return (
    <Button
      size="compact-sm"
      variant="subtle"
      color="gray"
      leftSection={<NotebookPen size={14} />}
      className={classes.add ?? ""}
      onClick={onAdd}
    >
      {t("note.add")}
    </Button>
  );
}
