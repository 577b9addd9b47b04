import { Button, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { PageBar, PageBody } from "../components/Page";
import { ProblemNote } from "../components/ProblemNote";
import { Pill } from "../components/StatePill";
import { Waiting } from "../components/Waiting";
import { type Connector, connectorsQuery, unusableQuery } from "../connections/connections";
import { text } from "../text";
import classes from "./Connectors.module.css";
import { cardsQuery } from "./connectors";
import { LeftOut } from "./LeftOut";

const words = text.connectors;

/** The catalogue of apps: found by name, or by what they can do. */
export function ConnectorsPage() {
  const [typed, setTyped] = useState("");
  const [search] = useDebouncedValue(typed.trim(), 200);
  const connectors = useQuery(connectorsQuery);
  const unusable = useQuery(unusableQuery);
  const cards = useQuery(cardsQuery(search));
  const wanted = search.toLowerCase();
  const shown = (connectors.data ?? []).filter((one) =>
    [one.title, one.name, one.about, ...one.synonyms].join(" ").toLowerCase().includes(wanted),
  );
  const found = search.length > 1 ? (cards.data ?? []) : [];
  const titles = new Map(connectors.data?.map((one) => [one.name, one.title]));
  const error = connectors.error ?? unusable.error ?? cards.error;
  return (
    <>
      <PageBar
        title={words.title}
        about={words.about}
        actions={
          <Button component={Link} to="/new-connector">
            {words.make}
          </Button>
        }
      />
      <PageBody>
        <TextInput
          type="search"
          label={words.search}
          placeholder={words.searchHint}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          maw={320}
          mb="md"
        />
        {error ? <ProblemNote error={error} /> : null}
        {connectors.isPending ? <Waiting /> : null}
        {(unusable.data ?? []).map((one) => (
          <LeftOut key={one.file} connector={one} />
        ))}
        <ul className={classes.grid} aria-label={words.title}>
          {shown.map((connector) => (
            <li key={connector.name}>
              <Tile connector={connector} />
            </li>
          ))}
        </ul>
        {shown.some((connector) => connector.unverified > 0) ? (
          <p className={classes.quiet} style={{ marginTop: 12 }}>
            {words.unverifiedNote}
          </p>
        ) : null}
        {found.length > 0 ? (
          <>
            <h2 className={classes.head}>{words.foundActions}</h2>
            <ul className={classes.found} aria-label={words.foundActions}>
              {found.map((card) => (
                <li key={card.key}>
                  <Link
                    to="/connectors/$name"
                    params={{ name: card.connector ?? "" }}
                    search={{ find: card.title }}
                  >
                    {card.title}
                  </Link>{" "}
                  <span className={classes.quiet}>
                    {titles.get(card.connector ?? "") ?? card.connector}: {card.summary}
                  </span>
                </li>
              ))}
            </ul>
          </>
        ) : null}
        {connectors.data && !cards.isFetching && shown.length + found.length === 0 ? (
          <p>{words.none}</p>
        ) : null}
      </PageBody>
    </>
  );
}

function Tile({ connector }: { connector: Connector }) {
  return (
    <Link to="/connectors/$name" params={{ name: connector.name }} className={classes.tile}>
      <span className={classes.title}>
        {connector.title} {connector.own ? <Pill tone="busy">{words.own}</Pill> : null}
      </span>
      <span className={classes.quiet}>{connector.about}</span>
      <span className={classes.quiet}>
        {words.counts(connector.actions, connector.events)}
        {connector.unverified > 0 ? ` · ${words.unverifiedCount(connector.unverified)}` : ""}
      </span>
    </Link>
  );
}
