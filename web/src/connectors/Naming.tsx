import { TextInput } from "@mantine/core";
import { text } from "../text";
import classes from "./Connectors.module.css";
import { nameOf } from "./connectors";

const words = text.connectors;

export interface Named {
  title: string;
  /** What somebody typed for the id; null while it follows the title. */
  id: string | null;
}

export const UNNAMED: Named = { title: "", id: null };

export function idOf(named: Named): string {
  return named.id ?? nameOf(named.title);
}

/** How the connector is called, by people and by flows. */
export function Naming({ named, onChange }: { named: Named; onChange(named: Named): void }) {
  return (
    <div className={classes.pair}>
      <TextInput
        label={words.appName}
        value={named.title}
        maxLength={200}
        onChange={(event) => onChange({ ...named, title: event.currentTarget.value })}
        required
      />
      <TextInput
        label={words.id}
        description={words.idHint}
        inputWrapperOrder={["label", "input", "description", "error"]}
        value={idOf(named)}
        maxLength={80}
        onChange={(event) => onChange({ ...named, id: event.currentTarget.value })}
        required
      />
    </div>
  );
}
