import { Kbd, Modal, Stack, useComputedColorScheme, useMantineColorScheme, Text as Words } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { type MessageKey, useText } from "../i18n";
import { PLACES } from "./navigation";
import classes from "./Shortcuts.module.css";
import { isTaken, useHotkey } from "./useHotkey";

/** A pair of keys counts as one shortcut when the second comes within this many milliseconds. */
const PAIR_WITHIN = 1_200;

const GENERAL: [string, MessageKey][] = [
  ["/", "keys.search"],
  ["?", "keys.help"],
  ["t", "keys.theme"],
];
const GOTO: [string, MessageKey][] = PLACES.map(({ key = "", label }) => [
  key,
  label.replace("nav.", "keys.") as MessageKey,
]);

/** Listens for the shortcuts that hold on every page; `?` shows them. */
export function Shortcuts() {
  const t = useText();
  const [opened, setOpened] = useState(false);
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme();
  useGoto();
  useHotkey("?", () => setOpened(true));
  useHotkey("t", () => setColorScheme(scheme === "dark" ? "light" : "dark"));
  useEffect(() => {
    const open = () => setOpened(true);
    window.addEventListener("headway:shortcuts", open);
    return () => window.removeEventListener("headway:shortcuts", open);
  }, []);
  return (
    <Modal
      opened={opened}
      onClose={() => setOpened(false)}
      title={t("keys.title")}
      size="sm"
      closeButtonProps={{ "aria-label": t("action.close") }}
    >
      <Stack gap={6}>
        {GENERAL.map(([key, label]) => (
          <Line key={key} keys={[key]} label={t(label)} />
        ))}
        {GOTO.map(([key, label]) => (
          <Line key={key} keys={["g", key]} label={t(label)} />
        ))}
      </Stack>
    </Modal>
  );
}

/** Opens the list of shortcuts from elsewhere. */
export const showShortcuts = () => window.dispatchEvent(new Event("headway:shortcuts"));

function Line({ keys, label }: { keys: string[]; label: string }) {
  return (
    <div className={classes.line}>
      <Words fz="sm">{label}</Words>
      <span className={classes.keys}>
        {keys.map((key) => (
          <Kbd key={key}>{key}</Kbd>
        ))}
      </span>
    </div>
  );
}

function useGoto(): void {
  const navigate = useNavigate();
  const armedAt = useRef(0);
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (isTaken(event)) return;
      const place = PLACES.find(({ key }) => key === event.key);
      if (place && performance.now() - armedAt.current < PAIR_WITHIN) void navigate(place.to);
      armedAt.current = event.key === "g" ? performance.now() : Number.NEGATIVE_INFINITY;
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, [navigate]);
}
