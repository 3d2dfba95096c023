import { Alert, Button, PasswordInput, Stack } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../api/client";
import { ApiError } from "../api/problem";
import { ErrorBox } from "../components/ErrorBox";
import { useText } from "../i18n";

/** As the server asks for it. */
const SHORTEST = 10;

/** Chooses another password for the user who is logged in. */
export function PasswordForm({ onDone }: { onDone: () => void }) {
  const t = useText();
  const [old, setOld] = useState("");
  const [next, setNext] = useState("");
  const [again, setAgain] = useState("");
  const [asked, setAsked] = useState(false);
  const change = useMutation({
    mutationFn: () => api.post("/session/password", { old, new: next }),
    onSuccess: onDone,
  });
  const fault =
    next.length < SHORTEST ? t("password.short", { count: SHORTEST }) : next === again ? null : t("password.differs");
  const submit = (event: React.FormEvent) => {
    event.preventDefault();
    setAsked(true);
    if (!fault) change.mutate();
  };
  const field = (
    label: string,
    value: string,
    set: (value: string) => void,
    autoComplete: string,
    error?: string | null,
  ) => (
    <PasswordInput
      label={label}
      required
      withAsterisk={false}
      autoComplete={autoComplete}
      visibilityToggleButtonProps={{ "aria-label": t("login.showPassword") }}
      error={asked && error}
      value={value}
      onChange={(event) => set(event.currentTarget.value)}
    />
  );
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {change.error instanceof ApiError && change.error.fields.size === 0 && (
          <Alert color="red" variant="light" role="alert" p="xs" title={change.error.message}>
            {change.error.remedy}
          </Alert>
        )}
        {change.isError && !(change.error instanceof ApiError) && <ErrorBox error={change.error} />}
        {field(t("password.old"), old, setOld, "current-password")}
        {field(
          t("password.new"),
          next,
          setNext,
          "new-password",
          next.length < SHORTEST ? fault : serverWords(change.error),
        )}
        {field(t("password.again"), again, setAgain, "new-password", next.length < SHORTEST ? null : fault)}
        <Button type="submit" loading={change.isPending} mt={4}>
          {t("password.submit")}
        </Button>
      </Stack>
    </form>
  );
}

function serverWords(error: unknown): string | null {
  return error instanceof ApiError ? (error.fields.get("new") ?? null) : null;
}
