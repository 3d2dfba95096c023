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

interface NoteOn {
  /** What the note is on. */
  on: { note: string | null; note_by: string | null; note_at: string | null };
  save: (note: string) => Promise<unknown>;
  onSaved: () => void;
}

/** A note and what is being written of it: its button and its text may stand in different places. */
export function useNote({ on, save, onSaved }: NoteOn) {
  const may = useMay("operator");
  const [draft, setDraft] = useState<string | null>(null);
  const saving = useMutation({
    mutationFn: (text: string) => save(text),
    onSuccess: () => {
      setDraft(null);
      onSaved();
    },
  });
  return { on, may, draft, setDraft, saving, canAdd: may && draft === null && !on.note };
}

export type NoteDraft = ReturnType<typeof useNote>;

/** A note on a run or a task: who left it and when, and its Markdown; edited in place. */
export function NoteBox(props: NoteOn) {
  const note = useNote(props);
  return note.canAdd ? <AddNote note={note} /> : <NoteText note={note} />;
}

/** The note, or the field that it is written in; nothing while there is neither. */
export function NoteText({ note: { on, may, draft, setDraft, saving } }: { note: NoteDraft }) {
  const t = useText();
  if (draft === null)
    return (
      on.note && (
        <Note text={on.note} by={on.note_by} at={on.note_at} onEdit={may ? () => setDraft(on.note ?? "") : null} />
      )
    );
  return (
    <div className={classes.box}>
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

/** The button that begins a note, where there is none yet; not for those who may not. */
export function AddNote({ note: { canAdd, setDraft } }: { note: NoteDraft }) {
  const t = useText();
  if (!canAdd) return null;
  return (
    <Button
      size="compact-sm"
      variant="subtle"
      color="gray"
      leftSection={<NotebookPen size={14} />}
      className={classes.add ?? ""}
      onClick={() => setDraft("")}
    >
      {t("note.add")}
    </Button>
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
      <div className={classes.text}>
        <Markdown>{text}</Markdown>
      </div>
    </section>
  );
}
