import { Button, CloseButton, NativeSelect, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, data } from "../api/client";
import { ProblemNote } from "../components/ProblemNote";
import { text } from "../text";
import classes from "./Connectors.module.css";
import { EFFECTS, KINDS, METHODS, type Wish } from "./connectors";
import { idOf, Naming, UNNAMED } from "./Naming";

const words = text.connectors;
const FIRST: Wish = { title: "", method: "GET", path: "", effect: "read" };

/** Begins a connector with what somebody says of an app: where it is and which requests it takes. */
export function ByHand({ onBegun }: { onBegun(source: string): void }) {
  const [named, setNamed] = useState(UNNAMED);
  const [address, setAddress] = useState("");
  const [kind, setKind] = useState<string>(KINDS[0]);
  const [wishes, setWishes] = useState<Wish[]>([FIRST]);
  const beginning = useMutation({
    mutationFn: async () => {
      const body = {
        connector: idOf(named),
        title: named.title.trim(),
        base_url: address.trim(),
        kinds: [kind],
        actions: wishes.filter((wish) => wish.title.trim() !== "" || wish.path.trim() !== ""),
      };
      return (await data(api.POST("/api/v1/connectors/begin", { body }))).source;
    },
    onSuccess: onBegun,
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    beginning.mutate();
  }
  function change(number: number, changed: Partial<Wish>) {
    setWishes(wishes.map((wish, index) => (index === number ? { ...wish, ...changed } : wish)));
  }
  const kinds = text.connections.form.kinds;
  return (
    <form className={classes.form} onSubmit={submit}>
      <p className={classes.quiet}>{words.handWhat}</p>
      <Naming named={named} onChange={setNamed} />
      <div className={classes.pair}>
        <TextInput
          label={words.baseUrl}
          placeholder="https://"
          description={words.baseUrlHint}
          inputWrapperOrder={["label", "input", "description", "error"]}
          value={address}
          maxLength={500}
          onChange={(event) => setAddress(event.currentTarget.value)}
          required
        />
        <NativeSelect
          label={words.kind}
          value={kind}
          onChange={(event) => setKind(event.currentTarget.value)}
          data={KINDS.map((one) => ({ value: one, label: kinds[one] ?? one }))}
        />
      </div>
      <fieldset style={{ display: "grid", gap: 8, margin: 0, padding: 0, border: 0 }}>
        <legend style={{ padding: 0, marginBottom: 6, fontWeight: 600 }}>{words.wishes}</legend>
        {wishes.map((wish, number) => (
          <WishLine
            key={number}
            wish={wish}
            number={number + 1}
            onChange={(changed) => change(number, changed)}
            onRemove={() => setWishes(wishes.filter((_, index) => index !== number))}
          />
        ))}
        <div>
          <Button variant="subtle" size="compact-sm" onClick={() => setWishes([...wishes, FIRST])}>
            {words.addWish}
          </Button>
        </div>
      </fieldset>
      {beginning.error ? <ProblemNote error={beginning.error} /> : null}
      <div>
        <Button
          type="submit"
          disabled={idOf(named) === "" || address.trim() === ""}
          loading={beginning.isPending}
        >
          {words.goOn}
        </Button>
      </div>
    </form>
  );
}

interface WishLineProps {
  wish: Wish;
  number: number;
  onChange(changed: Partial<Wish>): void;
  onRemove(): void;
}

function WishLine({ wish, number, onChange, onRemove }: WishLineProps) {
  return (
    <div className={classes.wish}>
      <TextInput
        aria-label={words.wishTitle(number)}
        placeholder={words.wishTitleHint}
        value={wish.title}
        maxLength={80}
        onChange={(event) => onChange({ title: event.currentTarget.value })}
      />
      <NativeSelect
        aria-label={words.wishMethod(number)}
        data={[...METHODS]}
        value={wish.method}
        onChange={(event) => {
          const method = event.currentTarget.value as Wish["method"];
          const effect = method === "GET" ? "read" : method === "DELETE" ? "destroy" : "change";
          onChange({ method, effect });
        }}
      />
      <TextInput
        aria-label={words.wishPath(number)}
        placeholder={words.wishPathHint}
        value={wish.path}
        maxLength={400}
        onChange={(event) => onChange({ path: event.currentTarget.value })}
      />
      <NativeSelect
        aria-label={words.wishEffect(number)}
        value={wish.effect}
        onChange={(event) => onChange({ effect: event.currentTarget.value as Wish["effect"] })}
        data={EFFECTS.map((effect) => ({ value: effect, label: words.effects[effect] ?? effect }))}
      />
      <CloseButton aria-label={words.removeWish(number)} onClick={onRemove} />
    </div>
  );
}
