import { Combobox, Input, InputBase, useCombobox } from "@mantine/core";
import { type KeyboardEvent, useRef } from "react";
import { afterTyping, type Typed } from "./typeAhead";

interface FaultChoiceProps {
  label: string;
  data: readonly { value: string; label: string }[];
  value: string;
  className: string | undefined;
  onChange(value: string): void;
}

/**
 * A list of which one is chosen, by keyboard as in a list of the browser: Home, End, the beginning of a name. While it is
 * closed letters are not its own, so that they lead on: to what was broken, and back.
 */
export function FaultChoice({ label, data, value, className, onChange }: FaultChoiceProps) {
  const typed = useRef<Typed>({ said: "", at: 0 });
  const list = useCombobox({
    onDropdownClose: () => list.resetSelectedOption(),
    onDropdownOpen: () => list.selectActiveOption(),
  });
  const chosen = data.find((one) => one.value === value)?.label ?? value;

  function pressed(event: KeyboardEvent) {
    if (!list.dropdownOpened) {
      return;
    }
    if (event.key === "Home") {
      list.selectFirstOption();
    } else if (event.key === "End") {
      list.selectOption(data.length - 1);
    } else if (event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey) {
      const labels = data.map((one) => one.label);
      const next = afterTyping(
        typed.current,
        event.key,
        event.timeStamp,
        labels,
        list.getSelectedOptionIndex(),
      );
      typed.current = next.typed;
      if (next.option >= 0) {
        list.selectOption(next.option);
      }
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }
  return (
    <Combobox
      store={list}
      onOptionSubmit={(option) => {
        onChange(option);
        list.closeDropdown();
      }}
    >
      <Combobox.Target targetType="button" withExpandedAttribute>
        <InputBase
          component="button"
          type="button"
          pointer
          role="combobox"
          aria-expanded={list.dropdownOpened}
          label={label}
          className={className}
          rightSection={<Combobox.Chevron />}
          rightSectionPointerEvents="none"
          onClick={() => list.toggleDropdown()}
          onKeyDown={pressed}
        >
          {chosen || <Input.Placeholder>{label}</Input.Placeholder>}
        </InputBase>
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Options aria-label={label}>
          {data.map((one) => (
            <Combobox.Option key={one.value} value={one.value} active={one.value === value}>
              {one.label}
            </Combobox.Option>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
