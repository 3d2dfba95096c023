import { Alert, Button, Divider, List, PasswordInput, Stack, TextInput, Text as Words } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { LogIn } from "lucide-react";
import { useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { api } from "@/api/client";
import { ApiError } from "@/api/problem";
import { enterSession } from "@/api/session";
import type { LoginOptions, Session } from "@/api/types";
import { CenteredPage } from "@/app/CenteredPage";
import { placeAfterLogin } from "@/app/loginAddress";
import { ErrorBox } from "@/components/ErrorBox";
import { type MessageKey, useText } from "@/i18n";

/** Logging in, by password or through the organisation's own login. */
export default function LoginPage() {
  const t = useText();
  const [search] = useSearchParams();
  return (
    <CenteredPage title={t("login.title")}>
      {search.get("next") && (
        <Words fz="sm" c="dimmed" ta="center">
          {t("login.ended")}
        </Words>
      )}
      <OidcRefusal why={search.get("oidc")} />
      <PasswordLogin next={search.get("next")} />
      <OidcLogin next={search.get("next")} />
      <FirstPassword />
    </CenteredPage>
  );
}

/** Where the password of the first user is, for each way to start Headway. */
function FirstPassword() {
  const t = useText();
  return (
    <Words fz="xs" c="dimmed" component="div">
      {t("login.first")}
      <List fz="xs" mt={4} withPadding={false}>
        <List.Item>{t("login.first.printed")}</List.Item>
        <List.Item>{t("login.first.compose")}</List.Item>
      </List>
    </Words>
  );
}

function PasswordLogin({ next }: { next: string | null }) {
  const t = useText();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const login = useMutation({
    mutationFn: () => api.post<Session>("/session", { username, password }),
    onSuccess: (session) => {
      client.clear();
      enterSession(client, session);
      void navigate(placeAfterLogin(next), { replace: true });
    },
  });
  const submit = (event: React.FormEvent) => {
    event.preventDefault();
    login.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {login.isError && <Refused error={login.error} />}
        <TextInput
          label={t("login.username")}
          autoComplete="username"
          autoFocus
          required
          withAsterisk={false}
          value={username}
          onChange={(event) => setUsername(event.currentTarget.value)}
        />
        <PasswordInput
          label={t("login.password")}
          autoComplete="current-password"
          required
          withAsterisk={false}
          visibilityToggleButtonProps={{ "aria-label": t("login.showPassword") }}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Button type="submit" fullWidth mt={4} loading={login.isPending}>
          {t("login.submit")}
        </Button>
      </Stack>
    </form>
  );
}

function Refused({ error }: { error: unknown }) {
  if (!(error instanceof ApiError)) return <ErrorBox error={error} />;
  return (
    <Alert color="red" variant="light" role="alert" p="xs" title={error.message}>
      {error.remedy}
    </Alert>
  );
}

/** Why a login through the provider did not work, as the server sends it back. */
const REFUSALS: Record<string, MessageKey> = {
  "no-role": "login.oidc.noRole",
  "name-taken": "login.oidc.nameTaken",
};

function OidcRefusal({ why }: { why: string | null }) {
  const t = useText();
  return (
    why && <Alert color="red" variant="light" role="alert" p="xs" title={t(REFUSALS[why] ?? "login.oidc.failed")} />
  );
}

function OidcLogin({ next }: { next: string | null }) {
  const t = useText();
  const { data } = useQuery({
    queryKey: ["login-options"],
    queryFn: ({ signal }) => api.get<LoginOptions>("/session/login-options", { signal }),
  });
  if (!data?.oidc) return null;
  const address = `${data.oidc.url}?next=${encodeURIComponent(placeAfterLogin(next))}`;
  return (
    <>
      <Divider label={t("login.or")} />
      <Button component="a" href={address} variant="default" fullWidth leftSection={<LogIn size={15} />}>
        {t("login.oidc", { name: data.oidc.name })}
      </Button>
    </>
  );
}
