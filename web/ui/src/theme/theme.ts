import { createTheme, type MantineColorsTuple, Modal, SegmentedControl, Tooltip } from "@mantine/core";

const BLUE: MantineColorsTuple = [
  "#edf3ff",
  "#dae5fb",
  "#b3c9f4",
  "#89abee",
  "#6691e8",
  "#4f81e5",
  "#4278e4",
  "#3366cb",
  "#2457c5",
  "#1a48a6",
];

/** Greys of the dark scheme: as blue as the surfaces in tokens.css. */
const DARK: MantineColorsTuple = [
  "#dbe2ea",
  "#b8c2cd",
  "#a0acb9",
  "#77838f",
  "#4a5561",
  "#38414c",
  "#262d36",
  "#1b2027",
  "#15191f",
  "#11151a",
];

const SANS =
  'Inter, "Pretendard Variable", Pretendard, system-ui, -apple-system, "Segoe UI", "Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans KR", "Noto Sans CJK KR", sans-serif';
const MONO =
  '"JetBrains Mono", ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", "D2Coding", monospace';

export const theme = createTheme({
  primaryColor: "headway",
  primaryShade: { light: 8, dark: 7 },
  colors: { headway: BLUE, dark: DARK },
  fontFamily: SANS,
  fontFamilyMonospace: MONO,
  defaultRadius: "md",
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.125rem" },
  headings: {
    fontFamily: SANS,
    sizes: { h1: { fontSize: "1.25rem" }, h2: { fontSize: "1rem" }, h3: { fontSize: "0.875rem" } },
  },
  cursorType: "pointer",
  components: {
    Tooltip: Tooltip.extend({
      defaultProps: { openDelay: 250, multiline: true, maw: 360, events: { hover: true, focus: true, touch: true } },
    }),
    SegmentedControl: SegmentedControl.extend({ styles: { label: { paddingInline: "0.6rem" } } }),
    Modal: Modal.extend({
      defaultProps: { centered: true, transitionProps: { duration: 120 } },
      styles: {
        content: { background: "var(--hw-surface)" },
        header: { background: "var(--hw-surface)" },
        title: { fontWeight: 600, fontSize: "1rem" },
      },
    }),
  },
});
