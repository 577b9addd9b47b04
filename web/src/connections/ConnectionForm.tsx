import { Button, Modal, PasswordInput, Select, Textarea, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { api, data } from "../api/client";
import { ApiError } from "../api/errors";
import { ProblemNote } from "../components/ProblemNote";
import { Waiting } from "../components/Waiting";
import { text } from "../text";
import { AgainstSandbox } from "./AgainstSandbox";
import classes from "./ConnectionForm.module.css";
import {
  type Connection,
  type Connector,
  checkQuery,
  connectionsQuery,
  connectorsQuery,
  scopesOfAppQuery,
  scopesQuery,
} from "./connections";
import {
  begin,
  choiceOf,
  type Draft,
  type Fields as FieldNames,
  fieldsOf,
  PROXY,
  PROXY_LOGIN,
  sent,
} from "./draft";
import { GuideSteps } from "./GuideSteps";
import { isElsewhere, type Kind, settingOf } from "./guide";
import { isUntold } from "./Health";
import { SignInButton } from "./SignInButton";

const words = text.connections.form;

interface ConnectionFormProps {
  change: Connection | null;
  /** The app, where it is decided already. */
  app?: string;
  onClose: () => void;
}

/** Makes or changes a connection, step by step: which app, where it is, how to prove who one is; then it is tested. */
export function ConnectionForm({ change, app, onClose }: ConnectionFormProps) {
  const connectors = useQuery(connectorsQuery);
  const [chosen, setChosen] = useState<string | null>(change?.connector ?? app ?? null);
  const connector = connectors.data?.find((one) => one.name === chosen);
  return (
    <Modal opened onClose={onClose} size="lg" title={titleOf(change, connector)}>
      {connectors.isPending ? <Waiting /> : null}
      {connectors.error ? <ProblemNote error={connectors.error} /> : null}
      {connectors.data && !connector ? <Choice connectors={connectors.data} onChoose={setChosen} /> : null}
      {connector ? (
        <Fields
          key={connector.name}
          connector={connector}
          change={change}
          onBack={change || app ? null : () => setChosen(null)}
          onClose={onClose}
        />
      ) : null}
    </Modal>
  );
}

function titleOf(change: Connection | null, connector: Connector | undefined): string {
  if (change) {
    return words.changeTitle(change.name);
  }
  return connector ? words.titleOf(connector.title) : words.title;
}

function Choice({ connectors, onChoose }: { connectors: Connector[]; onChoose: (name: string) => void }) {
  const [typed, setTyped] = useState("");
  const wanted = typed.trim().toLowerCase();
  const found = connectors.filter((one) =>
    [one.title, one.about, ...one.synonyms].join(" ").toLowerCase().includes(wanted),
  );
  return (
    <>
      <TextInput
        label={words.choose}
        placeholder={words.find}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        data-autofocus
        mb="sm"
      />
      {found.length === 0 ? <p role="status">{words.noneFound}</p> : null}
      <ul className={classes.apps}>
        {found.map((connector) => (
          <li key={connector.name}>
            <button type="button" onClick={() => onChoose(connector.name)}>
              <b>{connector.title}</b>
              <span>{connector.about}</span>
              <span>{words.counts(connector.actions, connector.events)}</span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

interface FieldsProps {
  connector: Connector;
  change: Connection | null;
  onBack: (() => void) | null;
  onClose: () => void;
}

function Fields({ connector, change, onBack, onClose }: FieldsProps) {
  const taken = new Set(
    useInfiniteQuery(connectionsQuery).data?.pages.flatMap((page) => page.rows.map((row) => row.id)),
  );
  const [draft, setDraft] = useState<Draft>(() => begin(connector, change, taken));
  const needed = useQuery(scopesOfAppQuery(connector.name, draft.kind)).data;
  const scopes = change ? "" : (needed?.setting ?? "");
  const saving = useSaving(connector, draft, change, scopes, onClose);
  // the same as saving found, or what was found after somebody has signed in
  const tested = useQuery({ ...checkQuery(draft.id.trim()), enabled: false }).data;
  const check = saving.data && (tested ?? saving.data);
  const kind = connector.kinds.find((one) => one.kind === draft.kind);
  const guide = kind?.guide;
  const errorOf = (field: string) => fieldError(saving.error, field);
  const fields = fieldsOf(connector, kind, draft.base_url);
  const of = { connector, kind, draft, scopes, change, errorOf, onChange: setDraft };
  function submit(event: FormEvent) {
    event.preventDefault();
    saving.mutate();
  }
  return (
    <form className={classes.form} onSubmit={submit}>
      {change ? null : (
        <TextInput
          label={words.id}
          description={words.idHint}
          value={draft.id}
          onChange={(event) => setDraft({ ...draft, id: event.currentTarget.value })}
          error={errorOf("id")}
          required
        />
      )}
      <TextInput
        label={words.name}
        description={words.nameHint}
        value={draft.name}
        onChange={(event) => setDraft({ ...draft, name: event.currentTarget.value })}
        error={errorOf("name")}
      />
      <TextInput
        label={words.address}
        description={connector.base_url ? words.addressHint(connector.base_url) : undefined}
        value={draft.base_url}
        onChange={(event) => setDraft({ ...draft, base_url: event.currentTarget.value })}
        error={errorOf("base_url")}
        required={connector.needs_address}
      />
      {change ? null : <AgainstSandbox connector={connector} draft={draft} onChange={setDraft} />}
      <Select
        label={words.kind}
        data={connector.kinds.map((one) => ({ value: one.kind, label: words.kinds[one.kind] ?? one.kind }))}
        value={draft.kind}
        allowDeselect={false}
        onChange={(value) => setDraft({ ...draft, kind: value ?? draft.kind })}
        error={errorOf("kind")}
      />
      {guide ? <GuideSteps guide={guide} scopes={needed} /> : null}
      {Object.entries(change ? {} : (guide?.asks ?? {})).map(([name, label]) => (
        <TextInput
          key={name}
          label={label}
          value={draft.asked[name] ?? ""}
          onChange={(event) =>
            setDraft({ ...draft, asked: { ...draft.asked, [name]: event.currentTarget.value.trim() } })
          }
        />
      ))}
      <KindFields {...of} fields={fields.usual} />
      {draft.kind === "oauth_code" ? (
        <TextInput label={words.callback} value={connector.callback} readOnly />
      ) : null}
      <TextInput
        label={words.users}
        description={words.usersHint}
        value={draft.users}
        onChange={(event) => setDraft({ ...draft, users: event.currentTarget.value })}
        error={errorOf("users")}
      />
      <MoreFields {...of} fields={fields.more} />
      {saving.error ? <ProblemNote error={saving.error} /> : null}
      {check?.works ? <p role="status">{isUntold(check) ? words.savedUntold : words.saved}</p> : null}
      {check && !check.works ? (
        <div className={classes.broken} role="alert">
          <b>{words.savedBroken}</b> {check.what} {check.mend}
          {draft.kind === "oauth_code" ? <SignInButton id={draft.id.trim()} /> : null}
        </div>
      ) : null}
      <div className={classes.acts}>
        {onBack ? (
          <Button variant="subtle" onClick={onBack}>
            {words.back}
          </Button>
        ) : null}
        {saving.data ? (
          <Button variant="default" onClick={onClose}>
            {words.done}
          </Button>
        ) : null}
        <Button type="submit" loading={saving.isPending}>
          {words.save}
        </Button>
      </div>
    </form>
  );
}

interface KindFieldsProps {
  connector: Connector;
  kind: Kind | undefined;
  fields: FieldNames;
  draft: Draft;
  scopes: string;
  change: Connection | null;
  errorOf: (field: string) => string | null;
  onChange: (draft: Draft) => void;
}

/** Settings and secrets of the way in which Keyturn proves who it is. */
function KindFields(props: KindFieldsProps) {
  const { connector, kind, fields, draft, scopes, change, errorOf, onChange } = props;
  const guide = kind?.guide ?? null;
  const isRequired = (name: string) =>
    kind?.settings[name] === true &&
    !connector.defaults[name] &&
    settingOf(connector, draft, name, scopes) === "";
  return (
    <>
      {fields.settings.map((name) => {
        const has = settingOf(connector, draft, name, scopes);
        const choice = choiceOf(kind, name, has);
        const put = (value: string) => onChange({ ...draft, settings: { ...draft.settings, [name]: value } });
        const said = {
          label: words.fields[name] ?? name,
          description: described(connector, kind, name, draft.base_url),
          error: errorOf(name),
        };
        return choice ? (
          <Select
            key={name}
            {...said}
            data={choice.values.map((value) => ({ value, label: words.choices[name]?.[value] ?? value }))}
            value={choice.value}
            allowDeselect={false}
            onChange={(value) => put(value ?? "")}
          />
        ) : (
          <TextInput
            key={name}
            {...said}
            placeholder={draft.settings[name] ? undefined : has}
            value={draft.settings[name] ?? ""}
            onChange={(event) => put(event.currentTarget.value)}
            required={isRequired(name)}
          />
        );
      })}
      {fields.secrets.map((name) => (
        <SecretInput
          key={name}
          label={words.fields[name] ?? name}
          description={change ? words.kept : guide?.fields[name]}
          value={draft.secrets[name] ?? ""}
          onChange={(value) => onChange({ ...draft, secrets: { ...draft.secrets, [name]: value } })}
          error={errorOf(name)}
          required={change === null && (kind?.secrets ?? []).includes(name)}
          long={(kind?.long ?? []).includes(name)}
        />
      ))}
    </>
  );
}

/** What few need: it may be left empty, or is filled in by what was given above. Open where something is wrong in it. */
function MoreFields(props: KindFieldsProps) {
  const { connector, fields, draft, scopes, kind, errorOf, onChange } = props;
  const lacks = fields.settings.some(
    (name) =>
      kind?.settings[name] && settingOf(connector, draft, name, scopes) === "" && !connector.defaults[name],
  );
  const wrong = [...fields.settings, ...fields.secrets, PROXY].some((name) => errorOf(name) !== null);
  const [open, setOpen] = useState(false);
  return (
    <details
      className={classes.more}
      open={open || lacks || wrong}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>{words.more}</summary>
      <KindFields {...props} />
      <TextInput
        label={words.proxy}
        description={words.proxyHint}
        value={draft.settings[PROXY] ?? ""}
        onChange={(event) =>
          onChange({ ...draft, settings: { ...draft.settings, [PROXY]: event.currentTarget.value } })
        }
        error={errorOf(PROXY)}
      />
      <PasswordInput
        label={words.proxyLogin}
        autoComplete="off"
        value={draft.secrets[PROXY_LOGIN] ?? ""}
        onChange={(event) =>
          onChange({ ...draft, secrets: { ...draft.secrets, [PROXY_LOGIN]: event.currentTarget.value } })
        }
      />
    </details>
  );
}

/** What to put into a setting. */
function described(
  connector: Connector,
  kind: Kind | undefined,
  name: string,
  base: string,
): string | undefined {
  const guide = kind?.guide;
  const preset = isElsewhere(connector, kind, name, base)
    ? words.notPreset(connector.base_url, guide?.settings[name] ?? "")
    : words.preset;
  const told = guide?.fields[name] ?? (guide?.settings[name] ? preset : undefined);
  const otherwise = connector.defaults[name];
  return told ?? (otherwise ? words.defaulted(otherwise) : undefined);
}

interface SecretInputProps {
  label: string;
  description: string | undefined;
  value: string;
  onChange: (value: string) => void;
  error: string | null;
  required: boolean;
  long: boolean;
}

/** A secret; keys have many lines, and are shown while they are put in. */
function SecretInput({ long, onChange, ...rest }: SecretInputProps) {
  return long ? (
    <Textarea
      {...rest}
      autosize
      minRows={3}
      maxRows={8}
      spellCheck={false}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  ) : (
    <PasswordInput {...rest} autoComplete="off" onChange={(event) => onChange(event.currentTarget.value)} />
  );
}

/** Saves, then asks the app whether it works; a connection that works closes the form. */
function useSaving(
  connector: Connector,
  draft: Draft,
  change: Connection | null,
  scopes: string,
  onClose: () => void,
) {
  const queries = useQueryClient();
  // once it is made, what follows changes it
  const made = useRef(change?.id);
  return useMutation({
    mutationFn: async () => {
      const path = { connection_id: draft.id.trim() };
      await data(
        api.PUT("/api/v1/connections/{connection_id}", {
          params: { path, query: { only_new: made.current !== path.connection_id } },
          body: sent(connector, draft, change, scopes),
        }),
      );
      made.current = path.connection_id;
      void queries.invalidateQueries({ queryKey: ["connections"] });
      void queries.invalidateQueries({ queryKey: scopesQuery(path.connection_id).queryKey });
      return queries.fetchQuery({ ...checkQuery(path.connection_id), staleTime: 0 });
    },
    onSuccess: (check) => {
      if (check.works) {
        notifications.show({ message: isUntold(check) ? words.savedUntold : words.saved });
        onClose();
      }
    },
  });
}

/** What the server says about one field. */
function fieldError(error: unknown, field: string): string | null {
  const problem = error instanceof ApiError ? error.problems.find((one) => one.field === field) : undefined;
  return problem ? `${problem.what} ${problem.mend}` : null;
}
