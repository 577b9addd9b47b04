import { Button } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Fragment, useState } from "react";
import { PageBar, PageBody } from "../components/Page";
import { ProblemNote } from "../components/ProblemNote";
import { Pill } from "../components/StatePill";
import { Waiting } from "../components/Waiting";
import { connectorsQuery } from "../connections/connections";
import { text } from "../text";
import { TakeOver } from "./TakeOver";
import classes from "./Templates.module.css";
import { type Template, templatesQuery } from "./templates";

const words = text.templates;

/** Flows that come along: what each does, which apps it connects, and the way to have it. */
export function TemplatesPage() {
  const found = useInfiniteQuery(templatesQuery);
  const [using, setUsing] = useState<Template | null>(null);
  const rows = found.data?.pages.flatMap((page) => page.rows) ?? [];
  return (
    <>
      <PageBar title={words.title} about={words.about} />
      <PageBody>
        {found.error ? <ProblemNote error={found.error} /> : null}
        {found.isPending ? <Waiting /> : null}
        {found.data && rows.length === 0 ? <p>{words.none}</p> : null}
        <ul className={classes.list} aria-label={words.list}>
          {rows.map((template) => (
            <Item key={template.id} template={template} onUse={() => setUsing(template)} />
          ))}
        </ul>
        {found.hasNextPage ? (
          <Button variant="default" mt="md" onClick={() => void found.fetchNextPage()}>
            {text.components.more}
          </Button>
        ) : null}
      </PageBody>
      {using ? <TakeOver template={using} onClose={() => setUsing(null)} /> : null}
    </>
  );
}

function Item({ template, onUse }: { template: Template; onUse(): void }) {
  const connectors = useQuery(connectorsQuery).data ?? [];
  const apps = template.connections.map(
    (slot) => connectors.find((one) => one.name === slot.connector)?.title ?? slot.connector,
  );
  const there = template.flows.every((flow) => flow.there);
  return (
    <li className={classes.item}>
      <h2>{template.title}</h2>
      <p>
        {template.about.split("`").map((piece, number) => (
          // what stands between two marks is code, as in the file that it comes from
          <Fragment key={number}>{number % 2 === 1 ? <code>{piece}</code> : piece}</Fragment>
        ))}
      </p>
      <dl>
        <dt>{words.needs}</dt>
        <dd>{apps.length > 0 ? apps.join(", ") : words.needsNothing}</dd>
        <dt>{words.flows}</dt>
        <dd>
          {template.flows.map((flow) => (
            <span key={flow.id} className={classes.flow}>
              {flow.there ? (
                <Link to="/flows/$flowId" params={{ flowId: flow.id }}>
                  {flow.name}
                </Link>
              ) : (
                flow.name
              )}
            </span>
          ))}
        </dd>
      </dl>
      <div>
        {there ? (
          <Pill tone="ok">{words.there}</Pill>
        ) : (
          <Button onClick={onUse} aria-label={words.takeOf(template.title)}>
            {words.use}
          </Button>
        )}
      </div>
    </li>
  );
}
