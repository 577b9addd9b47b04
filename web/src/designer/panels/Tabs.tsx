import { type KeyboardEvent, type ReactNode, useId } from "react";
import classes from "./panels.module.css";

interface TabsProps<T extends string> {
  label: string;
  tabs: readonly { id: T; title: ReactNode }[];
  chosen: T;
  onChoose(tab: T): void;
  /** At the right of the tabs. */
  end?: ReactNode;
  /** Between the tabs and the panel: it stays where it is when that scrolls. */
  above?: ReactNode;
  children: ReactNode;
}

/** A row of tabs and the one panel that is shown. */
export function Tabs<T extends string>({
  label,
  tabs,
  chosen,
  onChoose,
  end,
  above,
  children,
}: TabsProps<T>) {
  const id = useId();
  function pressed(event: KeyboardEvent) {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (by !== 0) {
      event.preventDefault();
      const at = tabs.findIndex((tab) => tab.id === chosen);
      const next = tabs[(at + by + tabs.length) % tabs.length];
      if (next) {
        onChoose(next.id);
        document.getElementById(`${id}-${next.id}`)?.focus();
      }
    }
  }
  return (
    <>
      <div className={classes.bar}>
        <div className={classes.tabs} role="tablist" aria-label={label} style={{ flex: 1 }}>
          {tabs.map((tab) => (
            <button
              key={tab.id}
              id={`${id}-${tab.id}`}
              type="button"
              role="tab"
              aria-selected={tab.id === chosen}
              aria-controls={`${id}-panel`}
              tabIndex={tab.id === chosen ? 0 : -1}
              className={classes.tab}
              onClick={() => onChoose(tab.id)}
              onKeyDown={pressed}
            >
              {tab.title}
            </button>
          ))}
        </div>
        {end}
      </div>
      {above}
      <div
        id={`${id}-panel`}
        role="tabpanel"
        aria-labelledby={`${id}-${chosen}`}
        className={classes.content}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
        tabIndex={0}
      >
        {children}
      </div>
    </>
  );
}
