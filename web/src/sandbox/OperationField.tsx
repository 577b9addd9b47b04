import { Combobox, TextInput, useCombobox } from "@mantine/core";
import type { KeyboardEvent } from "react";
import { text } from "../text";
import { findOperations } from "./faults";
import classes from "./SandboxPage.module.css";

const words = text.sandbox.faulty;

interface OperationFieldProps {
  /** What the app can do; nothing where that is not known. */
  operations: readonly string[];
  value: string;
  hint: string | null;
  onChange(value: string): void;
}

/** Which requests are meant: one searches the app's operations and takes one, or writes a part of method and path. */
export function OperationField({ operations, value, hint, onChange }: OperationFieldProps) {
  const list = useCombobox({ onDropdownClose: () => list.resetSelectedOption() });
  const taken = operations.includes(value);
  const { shown, more } = findOperations(operations, taken ? "" : value);

  function pressed(event: KeyboardEvent) {
    if (event.key === "Escape" && list.dropdownOpened) {
      event.stopPropagation(); // it closes the list, and not the dialog
      list.closeDropdown();
    }
  }
  return (
    <Combobox
      store={list}
      transitionProps={{ duration: 0 }}
      onOptionSubmit={(option) => {
        onChange(option);
        list.closeDropdown();
      }}
    >
      <Combobox.Target withExpandedAttribute>
        <TextInput
          role="combobox"
          aria-expanded={list.dropdownOpened}
          label={words.which}
          description={operations.length ? words.whichAbout : words.whichAnyApp}
          placeholder={words.whichAll}
          value={value}
          inputWrapperOrder={["label", "description", "input", "error"]}
          spellCheck={false}
          onChange={(event) => {
            onChange(event.currentTarget.value);
            list.openDropdown();
            list.resetSelectedOption();
          }}
          onClick={() => list.openDropdown()}
          onBlur={() => list.closeDropdown()}
          onKeyDown={pressed}
        />
      </Combobox.Target>
      {hint ? <p className={classes.quiet}>{hint}</p> : null}
      <Combobox.Dropdown
        hidden={shown.length === 0}
        onMouseDown={(event) => event.preventDefault()} // who scrolls the list has not left the field
      >
        <Combobox.Options aria-label={words.which} className={classes.operations}>
          {shown.map((one) => (
            <Combobox.Option key={one} value={one} active={one === value}>
              {one}
            </Combobox.Option>
          ))}
        </Combobox.Options>
        {more ? <Combobox.Footer>{words.moreOperations(more)}</Combobox.Footer> : null}
      </Combobox.Dropdown>
    </Combobox>
  );
}
