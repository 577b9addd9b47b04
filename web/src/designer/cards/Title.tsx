import classes from "./cards.module.css";

interface TitleProps {
  value: string;
  placeholder: string;
  label: string;
  onChange(value: string): void;
  onFocus(): void;
}

/** The title of a card, to be typed over where it stands. */
export function Title({ value, placeholder, label, onChange, onFocus }: TitleProps) {
  return (
    <textarea
      className={classes.title}
      rows={1}
      dir="auto"
      aria-label={label}
      value={value}
      placeholder={placeholder}
      onFocus={onFocus}
      onChange={(event) => onChange(event.currentTarget.value.replace(/\n/g, " "))}
      onKeyDown={(event) => {
        if (event.key === "Enter" || event.key === "Escape") {
          event.preventDefault();
          event.stopPropagation();
          event.currentTarget.closest<HTMLElement>("[data-card]")?.focus();
        }
      }}
    />
  );
}
