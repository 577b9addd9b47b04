import { Menu, useMantineColorScheme } from "@mantine/core";
import { text } from "../text";

const schemes = ["light", "dark", "auto"] as const;

/** Light, dark, or as the system: kept in this browser. */
export function SchemeChoice() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <>
      <Menu.Label>{text.shell.scheme.title}</Menu.Label>
      {schemes.map((scheme) => (
        <Menu.Item
          key={scheme}
          onClick={() => setColorScheme(scheme)}
          rightSection={colorScheme === scheme ? "✓" : null}
          aria-current={colorScheme === scheme}
        >
          {text.shell.scheme[scheme]}
        </Menu.Item>
      ))}
    </>
  );
}
