import {
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from "@mantine/core";
import { text } from "../text";

// Mantine wants ten shades of each colour. Components take theirs from the tokens, by the variables below.
const accent: MantineColorsTuple = [
  "#edf1ff",
  "#dbe3ff",
  "#bac8ff",
  "#8ea6ff",
  "#748ffc",
  "#5c7cfa",
  "#3b5bdb",
  "#324fc2",
  "#2b44a8",
  "#23388c",
];

// What Mantine paints fields, keys and what is switched off with in the dark: the tokens' blue greys, not its warm ones.
const dark: MantineColorsTuple = [
  "#e8ecf1",
  "#c5ccd6",
  "#a3aebb",
  "#929dab",
  "#3c4654",
  "#2b333f",
  "#1f2630",
  "#191f27",
  "#151a21",
  "#12161c",
];

/** What is filled, with the accent or in red, bears the colour that the tokens give for it. */
const colours: VariantColorsResolver = (input) => {
  const found = defaultVariantColorsResolver(input);
  return input.variant === "filled" ? { ...found, color: "var(--on-accent)" } : found;
};

// The list itself scrolls: a box in it that does would be one that no key reaches. Half a choice at its end tells of more.
const choice = {
  defaultProps: { withScrollArea: false },
  styles: { options: { maxHeight: "235px", overflowY: "auto" } },
} as const;

export const theme = createTheme({
  primaryColor: "accent",
  primaryShade: { light: 6, dark: 3 },
  colors: { accent, dark },
  variantColorResolver: colours,
  fontFamily: "var(--font)",
  fontFamilyMonospace: "var(--mono)",
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "16px", xl: "19px" },
  headings: { fontFamily: "var(--font)", fontWeight: "650" },
  defaultRadius: "6px",
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    // the element that it puts before its items is none that a menu may have
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    Modal: { defaultProps: { closeButtonProps: { "aria-label": text.components.close } } },
    Notification: {
      defaultProps: { closeButtonProps: { "aria-label": text.components.close } },
      styles: { description: { color: "var(--text)" } },
    },
    Select: choice,
    Autocomplete: choice,
    Drawer: { defaultProps: { closeButtonProps: { "aria-label": text.components.close } } },
  },
});

/** Mantine's own variables, taken from the tokens, so that its parts and ours look alike in both schemes. */
export const variables: CSSVariablesResolver = () => {
  const shared = {
    "--mantine-color-body": "var(--bg)",
    "--mantine-color-text": "var(--text)",
    "--mantine-color-bright": "var(--text)",
    "--mantine-color-dimmed": "var(--muted)",
    "--mantine-color-placeholder": "var(--faint)",
    "--mantine-color-anchor": "var(--accent)",
    "--mantine-color-default": "var(--surface)",
    "--mantine-color-default-hover": "var(--sunk)",
    "--mantine-color-default-color": "var(--text)",
    "--mantine-color-default-border": "var(--line-strong)",
    "--mantine-color-error": "var(--bad)",
    "--mantine-color-accent-filled": "var(--accent)",
    "--mantine-color-accent-filled-hover": "var(--accent-hover)",
    "--mantine-color-accent-light": "var(--accent-soft)",
    "--mantine-color-accent-light-hover": "var(--accent-soft-hover)",
    "--mantine-color-accent-light-color": "var(--accent)",
    "--mantine-color-red-filled": "var(--bad)",
    "--mantine-color-red-filled-hover": "var(--bad-hover)",
    "--mantine-primary-color-contrast": "var(--on-accent)",
  };
  return { variables: {}, light: shared, dark: shared };
};
