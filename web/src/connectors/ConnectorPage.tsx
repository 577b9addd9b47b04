import { Button, TextInput } from "@mantine/core";
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { api, data } from "../api/client";
import { ConfirmDelete } from "../components/ConfirmDelete";
import { PageBar, PageBody } from "../components/Page";
import { ProblemNote } from "../components/ProblemNote";
import { SimpleTable } from "../components/SimpleTable";
import { Pill } from "../components/StatePill";
import table from "../components/Table.module.css";
import { Waiting } from "../components/Waiting";
import { ConnectionForm } from "../connections/ConnectionForm";
import { connectionsQuery } from "../connections/connections";
import { text } from "../text";
import { CardFields } from "./CardFields";
import classes from "./Connectors.module.css";
import { type Action, connectorQuery, type Detail, renewed } from "./connectors";
import { TryAction } from "./TryAction";

const words = text.connectors;

/** One connector: what it can do, which connections there are, and how to try it. */
export function ConnectorPage() {
  const { name } = useParams({ from: "/shell/connectors/$name" });
  const found = useQuery(connectorQuery(name));
  return (
    <>
      <PageBar
        title={found.data?.title ?? name}
        crumb={<Link to="/connectors">{words.title}</Link>}
        about={found.data?.about}
        actions={found.data ? <Acts connector={found.data} /> : null}
      />
      <PageBody>
        {found.isPending ? <Waiting /> : null}
        {found.error ? <ProblemNote error={found.error} title={words.gone} /> : null}
        {found.data ? (
          <>
            <Facts connector={found.data} />
            <Actions key={name} connector={found.data} />
          </>
        ) : null}
      </PageBody>
    </>
  );
}

function Acts({ connector }: { connector: Detail }) {
  const [doing, setDoing] = useState<"connect" | "delete" | null>(null);
  const queries = useQueryClient();
  const navigate = useNavigate();
  async function remove() {
    const params = { path: { connector: connector.name } };
    await data(api.DELETE("/api/v1/connectors/{connector}", { params }));
    await navigate({ to: "/connectors" });
    queries.removeQueries({ queryKey: connectorQuery(connector.name).queryKey });
    await renewed(queries);
  }
  return (
    <>
      {connector.own ? (
        <>
          <Button variant="subtle" color="gray" onClick={() => setDoing("delete")}>
            {words.remove}
          </Button>
          <Button
            component={Link}
            to="/connectors/$name/edit"
            params={{ name: connector.name } as never}
            variant="default"
          >
            {words.edit}
          </Button>
        </>
      ) : null}
      <Button onClick={() => setDoing("connect")}>{words.connect}</Button>
      {doing === "connect" ? (
        <ConnectionForm change={null} app={connector.name} onClose={() => setDoing(null)} />
      ) : null}
      {doing === "delete" ? (
        <ConfirmDelete
          title={words.removeTitle(connector.title)}
          what={words.removeWhat}
          yes={words.removeYes}
          used={{ kind: "connector", id: connector.name }}
          act={remove}
          onClose={() => setDoing(null)}
        />
      ) : null}
    </>
  );
}

function Facts({ connector }: { connector: Detail }) {
  const all = useInfiniteQuery(connectionsQuery).data?.pages.flatMap((page) => page.rows) ?? [];
  const mine = all.filter((one) => one.connector === connector.name);
  const kinds = text.connections.form.kinds;
  return (
    <dl className={classes.facts}>
      <dt>{words.address}</dt>
      <dd>{connector.base_url}</dd>
      <dt>{words.kinds}</dt>
      <dd>{connector.kinds.map((kind) => kinds[kind] ?? kind).join(", ")}</dd>
      <dt>{words.connections}</dt>
      <dd>
        {mine.length === 0
          ? words.noConnection
          : mine.map((one, number) => (
              <span key={one.id}>
                {number > 0 ? ", " : ""}
                <Link to="/connections">{one.name}</Link>
              </span>
            ))}
      </dd>
      {connector.own ? (
        <>
          <dt>{words.madeHere}</dt>
          <dd>{words.madeBy(connector.author ?? "")}</dd>
        </>
      ) : null}
    </dl>
  );
}

function Actions({ connector }: { connector: Detail }) {
  const { find } = useSearch({ from: "/shell/connectors/$name" });
  const [typed, setTyped] = useState(find ?? "");
  const wanted = typed.trim().toLowerCase();
  const fits = (one: { title: string; card: string; summary: string }) =>
    `${one.title} ${one.card} ${one.summary}`.toLowerCase().includes(wanted);
  const actions = connector.actions.filter(fits);
  const events = connector.events.filter(fits);
  const some = connector.actions.length + connector.events.length > 0;
  return (
    <>
      {some ? (
        <TextInput
          type="search"
          label={words.findAction}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          maw={320}
          mb="sm"
        />
      ) : null}
      <SimpleTable
        stacks
        label={words.actions}
        heads={[words.action, words.effect, words.operation, ""]}
        empty={some ? words.noneFound : words.noActions}
      >
        {[
          ...actions.map((action) => (
            <ActionRow key={action.card} connector={connector.name} action={action} />
          )),
          ...events.map((event) => (
            <tr key={event.card}>
              <td>
                <Title card={event.card} title={event.title} summary={event.summary} />
              </td>
              <td>{words.effects.event}</td>
              <td />
              <td />
            </tr>
          )),
        ]}
      </SimpleTable>
    </>
  );
}

function ActionRow({ connector, action }: { connector: string; action: Action }) {
  const [trying, setTrying] = useState(false);
  return (
    <tr>
      <td>
        <Title card={action.card} title={action.title} summary={action.summary} />
      </td>
      <td>{words.effects[action.effect] ?? action.effect}</td>
      <td className={table.quiet}>
        {action.operation ?? (
          <span title={words.unverifiedWhat}>
            <Pill tone="warn">{words.unverified}</Pill>
          </span>
        )}
      </td>
      <td>
        <div className={table.acts}>
          <Button
            variant="default"
            size="compact-sm"
            aria-label={words.tryOf(action.title)}
            onClick={() => setTrying(true)}
          >
            {words.try}
          </Button>
        </div>
        {trying ? <TryAction connector={connector} action={action} onClose={() => setTrying(false)} /> : null}
      </td>
    </tr>
  );
}

function Title({ card, title, summary }: { card: string; title: string; summary: string }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        className={classes.more}
        aria-expanded={open}
        title={words.details(title)}
        onClick={() => setOpen(!open)}
      >
        {open ? "▾" : "▸"} {title}
      </button>
      <div className={classes.quiet}>{summary}</div>
      {open ? <CardFields card={card} /> : null}
    </>
  );
}
