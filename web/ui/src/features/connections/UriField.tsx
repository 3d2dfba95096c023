import { Button, PasswordInput } from "@mantine/core";
import { useState } from "react";
import { useText } from "@/i18n";
import form from "./ConnectionForm.module.css";
import { fromUri, type UriFields } from "./uri";

/** Fills the form from a URI; it may hold a password, so it is hidden like one and forgotten once it is read. */
export function UriField({ onRead }: { onRead: (read: UriFields) => void }) {
  const t = useText();
  const [text, setText] = useState("");
  const [isBroken, setBroken] = useState(false);
  const read = () => {
    const fields = fromUri(text);
    setBroken(fields === null);
    if (!fields) return;
    onRead(fields);
    setText("");
  };
  return (
    <div className={form.uri}>
      <PasswordInput
        className={form.uriText ?? ""}
        label={t("connections.uri")}
        placeholder="postgres://login:password@host:5432/schema?sslmode=require"
        autoComplete="off"
        error={isBroken && t("connections.uri.invalid")}
        value={text}
        visibilityToggleButtonProps={{ "aria-label": t("login.showPassword") }}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter") return;
          event.preventDefault(); // it fills the form, and does not save it
          read();
        }}
      />
      <Button variant="default" mt="1.45rem" disabled={!text.trim()} onClick={read}>
        {t("connections.uri.read")}
      </Button>
    </div>
  );
}
